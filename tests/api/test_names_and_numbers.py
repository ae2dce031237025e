"""Names compare exactly, and numbers stay what they are, the same on every database (contract 1.4)."""

import json
from itertools import combinations
from typing import Any
from urllib.parse import quote

import pytest

from api.examples import stream_definition, transform
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant

NAMES = [
    *("e", "é", "e\u0301", "E", "É", "ss", "ß", "ẞ", "a", "a ", " a", "a\u00a0", "a\t", "A", "Å", "A\u030a"),
    *("🎉", "🎊", "\u0131", "i", "I", "İ", "K", "\u212a", "ﬁ", "fi", "\uff10", "0", "00", "%", "_", "a%", "日本"),
    *("\u200b", "\u00ad", "\u202e", "'", '"', "\\", "a\ufeff"),
]
KINDS = [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)]
NUMBERS = [
    *("0", "-0.0", "1", "1.0", "0.1", "1e-7", "1e22", "1e308", "5e-324", "0.30000000000000004"),
    *("2147483647", "2147483648", "-2147483649", "4294967296", "9007199254740993", "9223372036854775807"),
    *("9223372036854775808", "-9223372036854775809", "18446744073709551616", "123456789012345678901234567890"),
]


@pytest.mark.parametrize(("path", "body"), KINDS)
def test_names_that_differ_in_any_way_are_different_names(api: Tenant, path: str, body: Any) -> None:
    statuses = {name: api.post_json(path, body(name=name)).status_code for name in NAMES}
    assert {name for name, status in statuses.items() if status not in {200, 201}} == set()


@pytest.mark.parametrize(("path", "body"), KINDS)
def test_each_of_them_is_taken_after_that(api: Tenant, path: str, body: Any) -> None:
    for name in NAMES:
        api.create(path, body(name=name))
    assert {api.post_json(path, body(name=name)).status_code for name in NAMES} == {409}


@pytest.mark.parametrize(("path", "body"), KINDS)
def test_the_list_shows_every_name_as_it_was_sent(api: Tenant, path: str, body: Any) -> None:
    for name in NAMES:
        api.create(path, body(name=name))
    assert [each["name"] for each in api.all(path)] == NAMES


@pytest.mark.parametrize(("path", "body"), KINDS)
def test_the_filter_finds_exactly_the_name_that_it_gives(api: Tenant, path: str, body: Any) -> None:
    for name in NAMES:
        api.create(path, body(name=name))
    pages = {name: api.get(f"{path}?name={quote(name)}").json() for name in NAMES}
    found = {name: [each["name"] for each in page["elements"]] for name, page in pages.items()}
    assert found == {name: [name] for name in NAMES}


@pytest.mark.parametrize(("path", "body"), KINDS)
def test_a_name_can_change_into_one_that_almost_equals_it(api: Tenant, path: str, body: Any) -> None:
    created = api.create(path, body(name=NAMES[0]))
    answers = [api.patch(f"{path}/{created['id']}", json={"name": name}).json()["name"] for name in NAMES]
    assert answers == NAMES


def test_names_are_announced_as_they_were_sent(api: Tenant) -> None:
    for name in NAMES:
        api.create(TRANSFORMS, transform(name=name))
    announced = [record.value["transform_definition"]["name"] for record in api.announced("transform-definitions")]
    assert announced == NAMES


def test_text_is_announced_without_escapes(api: Tenant) -> None:
    api.create(TRANSFORMS, transform(description="Größe 🎉"))
    (record,) = api.announced("transform-definitions")
    assert '"description":"Größe 🎉"' in record.line


def test_tenants_that_almost_equal_each_other_are_kept_apart(api: Tenant) -> None:
    with api.service.tenant(api.id.upper()) as upper, api.service.tenant(f"{api.id}%20") as blank:
        api.create(TRANSFORMS, transform())
        assert (upper.all(TRANSFORMS), blank.all(TRANSFORMS)) == ([], [])


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_a_criterion_is_shown_with_the_value_and_the_kind_that_it_had(api: Tenant, number: str) -> None:
    body = json.dumps(stream_definition(select=[{"event_type": "*", "traits": {"size": "@"}}]))
    created = api.post(STREAM_DEFINITIONS, content=body.replace('"@"', number)).json()
    shown = api.get(f"{STREAM_DEFINITIONS}/{created['id']}").json()["select"][0]["traits"]["size"]
    assert repr(shown) == repr(json.loads(number))


def test_a_number_is_announced_with_the_value_and_the_kind_that_it_had(api: Tenant) -> None:
    traits = {f"n{index}": json.loads(number) for index, number in enumerate(NUMBERS)}
    api.create(STREAM_DEFINITIONS, stream_definition(select=[{"event_type": "*", "traits": traits}]))
    (record,) = api.announced("stream-definitions")
    announced = record.value["stream-definition-created"]["select"][0]["traits"]
    assert {name: repr(announced[name]) for name in traits} == {name: repr(value) for name, value in traits.items()}


@pytest.mark.parametrize(
    ("one", "other"), [*combinations(["1", "1.0", "true", '"1"'], 2), ("null", '"null"'), ("0", "-0.0")]
)
def test_values_of_another_kind_are_a_change(api: Tenant, one: str, other: str) -> None:
    body = json.dumps(stream_definition(select=[{"event_type": "*", "traits": {"size": "@"}}]))
    created = api.post(STREAM_DEFINITIONS, content=body.replace('"@"', one)).json()
    changed = api.put(f"{STREAM_DEFINITIONS}/{created['id']}", content=body.replace('"@"', other))
    assert changed.headers["ETag"] == '"2"'
