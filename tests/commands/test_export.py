"""``monasca-events export``: a file that people read, and that loses nothing (docs/commands.rst)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.examples import least_stream_definition, stream_definition, transform
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS
from commands.tenant import TenantOfCommands
from monasca_events_api.client.definition_file import LIMITS
from monasca_events_api.client.yaml_text import yaml_text
from monasca_events_api.semantics.specification import as_text
from monasca_events_api.semantics.yaml_reader import read_yaml

COMMENTED = """\
# What counts is the host.
- event_type: disk.error.*   # and nothing else
  traits: {host: {fields: payload.host}}
"""
LIST = [{"event_type": ["disk.*", "!disk.ok"], "traits": {"size": {"fields": "payload.size", "type": "int"}}}]
SPECIFICATIONS = {
    "comments": COMMENTED,
    "no line at the end": COMMENTED.rstrip(),
    "lines at the end": f"{COMMENTED}\n\n",
    "lines at the beginning": f"\n\n{COMMENTED}",
    "spaces at the end of a line": COMMENTED.replace("else\n", "else  \n  \n"),
    "spaces at its beginning": "  \n - event_type: x\n   traits: {}\n",
    "a tab": COMMENTED.replace(" # and", "\t# and"),
    "lines that end as on Windows": COMMENTED.replace("\n", "\r\n"),
    "emoji": COMMENTED.replace("counts", "zählt 🎉"),
    "other line ends": '- {event_type: "a\x85\u2028b", traits: {}}\n',
    "JSON": json.dumps(LIST, indent=1),
    "JSON in a line": json.dumps(LIST),
    "a line of dots": f"{COMMENTED}...\n",
}
WORDS = [
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "null",
    "~",
    "true",
    "1e5",
    "0o7",
    "0x1",
    "1:20",
    "2015-07-20",
    "=",
    "<<",
    "-",
    "?",
    ".inf",
    ".nan",
    "1_0",
    "#",
    ":",
]
TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.text("ab #:-'\"\n\r\t \x85\u2028\ufeff|>&*!{}[]?,%@`=<~🎉\x07")
    | st.sampled_from(WORDS)
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


def test_it_is_a_file_that_a_person_would_write(tenant: TenantOfCommands) -> None:
    tenant.api.create(TRANSFORMS, {"name": "listed", "description": "on", "specification": LIST})
    tenant.api.create(TRANSFORMS, {"name": "commented", "enabled": True, "specification": COMMENTED})
    wanted = {"severity": "high", "n": "1e5", "big": 123456789012345678901234567890, "ratio": 0.1}
    select = [{"event_type": "disk.*", "traits": wanted}]
    tenant.api.create(STREAM_DEFINITIONS, least_stream_definition(name="größer 🎉", select=select))
    assert tenant.export() == (
        """\
transforms:
- name: commented
  enabled: true
  specification: |
    # What counts is the host.
    - event_type: disk.error.*   # and nothing else
      traits: {host: {fields: payload.host}}

- name: listed
  description: 'on'
  enabled: false
  specification:
  - event_type:
    - disk.*
    - '!disk.ok'
    traits:
      size:
        fields: payload.size
        type: int

stream_definitions:
- name: größer 🎉
  select:
  - event_type: disk.*
    traits:
      severity: high
      'n': '1e5'
      big: 123456789012345678901234567890
      ratio: 0.1
  group_by:
  - host
  fire_criteria:
  - event_type: disk.error.read
  - event_type: disk.error.write
    number: 2
  expiration: 60000
"""
    )


def test_of_a_tenant_with_nothing_it_says_so(tenant: TenantOfCommands) -> None:
    assert tenant.export() == "transforms: []\n\nstream_definitions: []\n"


def test_what_is_no_default_stands_there(tenant: TenantOfCommands) -> None:
    body = stream_definition()
    tenant.api.create(STREAM_DEFINITIONS, body)
    assert read_yaml(tenant.export()) == {"transforms": [], "stream_definitions": [body]}


def test_all_pages_are_there(tenant: TenantOfCommands) -> None:
    names = [f"t-{number:03}" for number in range(120)]
    for name in reversed(names):
        tenant.api.create(TRANSFORMS, transform(name=name))
    assert [each["name"] for each in read_yaml(tenant.export())["transforms"]] == names


@pytest.mark.parametrize("specification", SPECIFICATIONS.values(), ids=SPECIFICATIONS.keys())
def test_a_specification_goes_through_it_to_the_letter(
    tenant: TenantOfCommands, other_tenant: TenantOfCommands, specification: str
) -> None:
    tenant.api.create(TRANSFORMS, transform(name="one", specification=specification))
    tenant.api.create(TRANSFORMS, transform(name="two"))
    assert other_tenant.apply(tenant.export()).exit_code == 0
    assert other_tenant.transforms()["one"]["specification"] == specification


@pytest.mark.parametrize("specification", SPECIFICATIONS.values(), ids=SPECIFICATIONS.keys())
def test_what_is_exported_is_no_difference_even_at_the_end_of_a_part(
    tenant: TenantOfCommands, specification: str
) -> None:
    tenant.api.create(TRANSFORMS, transform(specification=specification))
    tenant.api.create(STREAM_DEFINITIONS, stream_definition())
    assert tenant.apply(tenant.export(), "--dry-run").exit_code == 0


def test_a_text_that_says_more_than_it_is_long_stays_text(tenant: TenantOfCommands) -> None:
    repeated = "".join(f"- {{event_type: x{number}, traits: *traits}}\n" for number in range(100))
    text = f"- {{event_type: x, traits: &traits {{long: {'y' * 1000}}}}}\n{repeated}"
    tenant.api.create(TRANSFORMS, transform(specification=text))
    assert read_yaml(tenant.export())["transforms"][0]["specification"] == text


def test_a_list_goes_through_it_to_the_letter(tenant: TenantOfCommands, other_tenant: TenantOfCommands) -> None:
    sent = tenant.api.create(TRANSFORMS, transform(name="one", specification=LIST))
    assert other_tenant.apply(tenant.export()).exit_code == 0
    assert other_tenant.transforms()["one"]["specification"] == sent["specification"]


def test_a_list_with_a_key_that_is_no_text_goes_through_it_to_the_letter(
    tenant: TenantOfCommands, other_tenant: TenantOfCommands
) -> None:
    values = {1: "one", "1": "text", None: "nothing", 1.5: "more"}
    plugin = {"name": "map", "parameters": {"values": values}}
    text = as_text([{"event_type": "x", "traits": {"state": {"fields": "payload.state", "plugin": plugin}}}])
    tenant.api.create(TRANSFORMS, transform(name="one", specification=text))
    exported = tenant.export()
    keys = [line.strip() for line in exported.splitlines() if line.startswith(" " * 14)]
    assert keys == ["1: one", "'1': text", "null: nothing", "1.5: more"]
    assert other_tenant.apply(exported).exit_code == 0
    assert other_tenant.transforms()["one"]["specification"] == text


@given(VALUES)
def test_whatever_is_written_is_read_back(value: Any) -> None:
    read = read_yaml(yaml_text([{"value": value}]), LIMITS)
    assert json.dumps(read) == json.dumps([{"value": value}])
