"""What is refused in a specification, and how it is said (semantics 3)."""

import pytest
from distilling import faults, vectors

from monasca_events_api.semantics.faults import InvalidDefinition
from monasca_events_api.semantics.specification import parse

CASES = [case for case in vectors("invalid_specifications.json") if case["kind"] == "transform"]
HEAD = "- event_type: a\n  traits:\n    t: "


def is_as_listed(fault, listed):
    if "description_starts" in listed:
        return fault.description.startswith(listed["description_starts"])
    return fault.description == listed["description"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_a_refusal_gives_exactly_the_listed_errors(case):
    with pytest.raises(InvalidDefinition) as refused:
        parse(case["specification"])
    told = sorted(refused.value.faults, key=lambda fault: fault.name)
    listed = sorted(case["errors"], key=lambda error: error["name"])
    assert [fault.name for fault in told] == [error["name"] for error in listed]
    assert all(map(is_as_listed, told, listed))


@pytest.mark.parametrize(
    ("trait", "told"),
    [
        ("{fields: [], type: int}", [("fields", "Must not be empty")]),
        ("{fields: [x, 1]}", [("fields.1", "Must be a string")]),
        ("{fields: {a: b}}", [("fields", "Must be a string or a list of strings")]),
        ("' '", [("", "Must not be empty")]),
        ("[x]", [("", "Must be a mapping or a path")]),
        ("{fields: x, type: [int]}", [("type", "Unknown type, must be one of text, int, float, datetime")]),
        ("{fields: x, plugin: {}}", [("plugin.name", "Required")]),
        (
            "{fields: x, plugin: {parameters: []}}",
            [("plugin.name", "Required"), ("plugin.parameters", "Must be a mapping")],
        ),
        (
            "{fields: x, plugin: {name: nope, parameters: 5}}",
            [("plugin.name", None), ("plugin.parameters", "Must be a mapping")],
        ),
        ("{fields: x, plugin: {name: nope, parameters: null}}", [("plugin.name", None)]),
        ("{fields: x, plugin: map}", [("plugin.parameters.values", "Required")]),
        ("{fields: x, plugin: {name: map}}", [("plugin.parameters.values", "Required")]),
        ("{fields: x, plugin: {name: split, parameters: null}}", []),
        ("{fields: x, plugin: {name: split, parameters: {segment: null}}}", [("segment", "Must be an integer")]),
        ("{fields: x, plugin: {name: split, parameters: {max_split: -1}}}", []),
        ("{fields: x, plugin: {name: split, parameters: {max_split: 1.0}}}", [("max_split", "Must be an integer")]),
        ("{fields: x, plugin: {name: timedelta, parameters: {}}}", []),
        ("{fields: x, plugin: {name: bitfield, parameters: {flags: []}}}", []),
        (
            "{fields: x, plugin: {name: bitfield, parameters: {initial_bitfield: '1'}}}",
            [("initial_bitfield", "Must be an integer, 0 or more")],
        ),
        (
            "{fields: x, plugin: {name: bitfield, parameters: {flags: [{bit: '64', path: a}]}}}",
            [("flags.0.bit", "Must be an integer from 0 to 63")],
        ),
        (
            "{fields: x, plugin: {name: bitfield, parameters: {flags: [{bit: '063', path: a}]}}}",
            [("flags.0.bit", None)],
        ),
        ("{fields: x, plugin: {name: bitfield, parameters: {flags: [1]}}}", [("flags.0", "Must be a mapping")]),
        (
            "{fields: x, plugin: {name: map, parameters: {values: {a: b}, case_sensitive: 1}}}",
            [("case_sensitive", "Must be a boolean")],
        ),
    ],
)
def test_each_wrong_part_of_a_trait_is_named(trait, told):
    found = faults(f"{HEAD}{trait}\n")
    assert len(found) == len(told)
    for (name, description), (end, wanted) in zip(found, told, strict=True):
        assert name.startswith("0.traits.t")
        assert name.endswith(end)
        assert wanted in (None, description)


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        ({"event_type": [], "traits": {}}, ("0.event_type", "Must not be empty")),
        ({"event_type": "x" * 256, "traits": {}}, ("0.event_type", "Longer than 255 characters")),
        ({"event_type": ["!"], "traits": {}}, ("0.event_type.0", "Must not be empty")),
        (
            {"event_type": ["[b-a]"], "traits": {}},
            ("0.event_type.0", "Must have each range of characters in order, as in [a-z]"),
        ),
        ({"event_type": True, "traits": {}}, ("0.event_type", "Must be a string or a list of strings")),
        ({"event_type": "a", "traits": None}, ("0.traits", "Must be a mapping")),
        ({"event_type": "a", "traits": {"": "x"}}, ("0.traits.", "Must not be empty")),
        ({"event_type": "a", "traits": {"timestamp": "x"}}, ("0.traits.timestamp", "Reserved name")),
        ({"event_type": "a", "traits": {"a.b": {}}}, ("0.traits.a.b.fields", "Required")),
        ({"event_type": "a", "traits": {}, "when": 1}, ("0.when", "Unknown key")),
    ],
)
def test_each_wrong_part_of_a_definition_is_named(definition, told):
    assert faults([definition]) == [told]


def test_a_reserved_name_does_not_hide_what_else_is_wrong():
    definition = {"event_type": "a", "traits": {"when": {"fields": "a..", "type": "x"}}}
    assert [name for name, _description in faults([definition])] == [
        "0.traits.when",
        "0.traits.when.fields",
        "0.traits.when.type",
    ]


def test_the_first_hundred_faults_are_told():
    assert len(faults([{"event_type": "", "traits": []}] * 300)) == 100


def test_a_key_of_thousands_of_characters_is_cut_in_the_name():
    ((name, _description),) = faults(f"- {{event_type: a, traits: {{}}, ? {'k' * 60_000} : 1}}")
    assert len(name) < 300


def test_a_merge_cannot_bring_more_than_500_traits():
    traits = "".join(f"    t{number}: x\n" for number in range(300))
    more = "".join(f"    u{number}: x\n" for number in range(300))
    text = f"- event_type: a\n  traits: &a\n{traits}- event_type: b\n  traits:\n    <<: *a\n{more}"
    assert faults(text) == [("1.traits", "More than 500 items")]


def test_a_merge_cannot_bring_a_reserved_name():
    text = "- event_type: a\n  traits:\n    t: {fields: x, plugin: {name: map, parameters: {values: &v {when: x}}}}\n"
    assert faults(f"{text}- event_type: b\n  traits: {{<<: *v}}\n") == [("1.traits.when", "Reserved name")]


@pytest.mark.parametrize(
    ("trait", "told"),
    [
        ("x", ("0.traits.t", "Must be a mapping")),
        ({"fields": "a[?b]"}, ("0.traits.t.fields", "Not a path: column 3: a filter is an extension")),
        ({"fields": "a.`len`"}, ("0.traits.t.fields", "Not a path: column 3: `len` is an extension")),
        ({"fields": "a.`split(x, 1, -1)`"}, ("0.traits.t.fields", "Not a path: column 3: `split(x, 1, -1)` is")),
        (
            {"fields": "a", "plugin": "timedelta"},
            ("0.traits.t.plugin", "Unknown plugin, must be one of split, bitfield"),
        ),
        (
            {"fields": "a", "plugin": {"name": "map", "parameters": {"values": {"a": 1}}}},
            ("0.traits.t.plugin.name", "Unknown plugin, must be one of split, bitfield"),
        ),
    ],
)
def test_without_extensions_each_is_an_error(trait, told):
    specification = [{"event_type": "a", "traits": {"t": trait}}]
    assert faults(specification) == []
    ((name, description),) = faults(specification, extensions=False)
    assert name == told[0]
    assert description.startswith(told[1])


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("specification", "told"),
    [
        (nested(21), "Nested deeper than 20"),
        (nested(50_000), "Nested deeper than 20"),
        ([[0] * 50_000], "Expands to more than 50000 nodes"),
        (["x" * 65_533], "Longer than 65536 characters"),
        (["\ud83d"], "Character U+D83D is not allowed"),
        ([10**2000], "Integer of more than a thousand digits"),
    ],
)
def test_a_json_list_has_the_same_limits(specification, told):
    assert faults(specification) == [("", told)]


def test_a_json_list_may_be_as_long_and_deep_as_a_text():
    assert faults(["x" * 65_532]) == [("0", "Must be a mapping")]
    assert faults(nested(20)) == [("0", "Must be a mapping")]
