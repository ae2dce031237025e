"""Specifications are data: what YAML could do to a service, and what comes back of them (contract 1.3)."""

import time
from typing import Any

import pytest
import yaml

from api.examples import SPECIFICATION, transform
from api.running_service import TRANSFORMS, Tenant, refusal

LAUGHS = "- &a0 [x, x]\n" + "".join(f"- &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 18))
MERGES = "- &a0 {x: 1}\n" + "".join(f"- &a{n} {{<<: *a{n - 1}, y{n}: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 18))
DANGEROUS = {
    "an alias bomb": LAUGHS,
    "an alias bomb of merges": MERGES,
    "an alias inside its own anchor": "&a [*a]",
    "an alias inside its own anchor, in a mapping": "- &a {event_type: x, traits: *a}",
    "a tag that calls": "- !!python/object/apply:os.system [true]",
    "a tag that builds": "- !!python/object:builtins.dict {}",
    "a tag that names": "- {event_type: !!python/name:os.system '', traits: {}}",
    "a tag that imports": "- !!python/module:os ''",
    "a tag of its own": "- !thing {event_type: x, traits: {}}",
    "a timestamp": "- !!timestamp 2001-01-01",
    "binary": "- !!binary aGVsbG8=",
    "a set": "- !!set {a, b}",
    "two documents": f"{SPECIFICATION}---\n{SPECIFICATION}",
    "an open bracket": "- event_type: [a",
    "a tab": "\t- event_type: a",
    "1 000 levels": "- " * 1000 + "x",
    "65 000 brackets": "[" * 65_000,
    "a NUL": "- event_type: \0",
    "a control character": "- event_type: \x01",
}
AT_ONCE_SECONDS = 10
"""A bomb that goes off takes hours."""


@pytest.mark.parametrize("what", [name for name in DANGEROUS if name != "a NUL"])
def test_yaml_that_is_no_plain_data_is_refused(api: Tenant, what: str) -> None:
    status, faults = refusal(api.post_json(TRANSFORMS, transform(specification=DANGEROUS[what])))
    assert (status, [name for name, _ in faults]) == (400, ["specification"])


@pytest.mark.parametrize("what", ["an alias bomb", "65 000 brackets", "1 000 levels"])
def test_it_is_refused_at_once(api: Tenant, what: str) -> None:
    started = time.monotonic()
    api.post_json(TRANSFORMS, transform(specification=DANGEROUS[what]))
    assert time.monotonic() - started < AT_ONCE_SECONDS


def test_a_fault_of_yaml_is_told_with_line_and_column(api: Tenant) -> None:
    text = "- event_type: a\n  traits: {}\n- event_type: !!python/name:os.system ''\n"
    _, ((_, description),) = refusal(api.post_json(TRANSFORMS, transform(specification=text)))
    assert description.startswith("line 3, column 15: ")


def test_nothing_of_it_is_stored_or_announced(api: Tenant) -> None:
    for text in DANGEROUS.values():
        api.post_json(TRANSFORMS, transform(specification=text))
    assert api.has_nothing()


@pytest.mark.parametrize(
    ("specification", "name", "description"),
    [
        ("just text", "specification", "Must be a list of event definitions"),
        ("{}", "specification", "Must be a list of event definitions"),
        ("", "specification", "Empty"),
        ("[]", "specification", "Must not be empty"),
        ([], "specification", "Must not be empty"),
        ([5], "specification.0", "Must be a mapping"),
        ("- {event_type: a}", "specification.0.traits", "Required"),
        ("- {event_type: a, traits: {}, when: b}", "specification.0.when", "Unknown key"),
        ("- {event_type: a, traits: {_tenant_id: {fields: a}}}", "specification.0.traits._tenant_id", "Reserved name"),
    ],
)
def test_a_specification_that_2015s_daemons_could_not_run_is_refused(
    api: Tenant, specification: Any, name: str, description: str
) -> None:
    assert refusal(api.post_json(TRANSFORMS, transform(specification=specification))) == (400, [(name, description)])


def test_a_field_path_that_does_not_parse_is_named(api: Tenant) -> None:
    text = "- {event_type: a, traits: {t: {fields: 'payload..[ '}}}"
    status, ((name, description),) = refusal(api.post_json(TRANSFORMS, transform(specification=text)))
    assert (status, name, description[:12]) == (400, "specification.0.traits.t.fields", "Not a path: ")


def test_a_json_list_is_taken_too(api: Tenant) -> None:
    specification = [{"event_type": "a", "traits": {"size": {"fields": "payload.size", "type": "int"}}}]
    created = api.create(TRANSFORMS, transform(specification=specification))
    assert isinstance(created["specification"], str)


def test_a_json_list_comes_back_as_yaml_that_means_the_same(api: Tenant) -> None:
    specification = [{"event_type": ["a*", "!ab"], "traits": {"größe": {"fields": "payload.'größe🎉'", "type": "int"}}}]
    created = api.create(TRANSFORMS, transform(specification=specification))
    assert yaml.safe_load(created["specification"]) == specification


def test_extensions_are_taken_as_shipped(api: Tenant) -> None:
    text = "- {event_type: a, traits: {t: payload.t}}"
    assert api.post_json(TRANSFORMS, transform(specification=text)).status_code == 200


def test_extensions_can_be_turned_off(tight: Tenant) -> None:
    text = "- {event_type: a, traits: {t: payload.t}}"
    status, ((name, _),) = refusal(tight.post_json(TRANSFORMS, transform(specification=text)))
    assert (status, name) == (400, "specification.0.traits.t")
