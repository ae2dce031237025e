"""What is refused in a stream definition, where the vectors do not show it (contract 1.2; semantics 3)."""

import time
from dataclasses import FrozenInstanceError
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stream_bodies import body, definition

import cpu_time
from monasca_events_api.semantics import criteria, stream_definition
from monasca_events_api.semantics.faults import MOST_FAULTS
from monasca_events_api.semantics.field_checks import faults_of
from monasca_events_api.semantics.stream_definition import GROUP_BY, compile_definition

WEEK = 604_800_000
INT = "Must be a number or =, < or >, a space and an integer"
FLOAT = "Must be a number or =, < or >, a space and a number"
ONE_OF = "Must have exactly one of int, float, string, text, datetime"
UNKNOWN = "Unknown comparison, must be one of int, float, string, text, datetime"


check = partial(faults_of, stream_definition.check)
check_select = partial(faults_of, criteria.check_select)
check_fire_criteria = partial(faults_of, criteria.check_fire_criteria)
check_group_by = partial(faults_of, GROUP_BY)


def told(faults):
    return [(fault.name, fault.description) for fault in faults]


def numbered(count):
    return [f"a{index}" for index in range(count)]


@pytest.mark.parametrize("value", [None, 5, "x", [], [{}]])
def test_a_body_that_is_no_mapping_is_refused_whole(value):
    assert told(check(value)) == [("", "Must be a mapping")]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x"},
        {"name": "💥" * 140},
        {"description": ""},
        {"description": "x" * 255},
        {"expiration": 0},
        {"expiration": WEEK},
        {"group_by": numbered(20)},
        {"group_by": ["x" * 100, "timestamp", "event_type", "when"]},
        {"fire_actions": [], "expire_actions": numbered(400)},
        {"fire_actions": ["x" * 36], "actions_enabled": False},
        {"id": 5, "tenant_id": None, "created_at": [], "updated_at": "x", "links": {}},
        {"select": [{"event_type": "a"}] * 100},
        {"select": [{"event_type": ["x" * 255] * 100}]},
        {"select": [{"event_type": "a", "traits": dict.fromkeys(numbered(100), None)}]},
        {"fire_criteria": [{"event_type": "a", "number": 1}, {"event_type": "a", "number": 10_000}]},
    ],
)
def test_a_definition_at_the_limits_has_no_faults(fields):
    assert check(body(**fields)) == []


@pytest.mark.parametrize(
    ("field", "value", "description"),
    [
        ("name", "x" * 141, "Longer than 140 characters"),
        ("name", [], "Must be a string"),
        ("description", "x" * 256, "Longer than 255 characters"),
        ("description", 5, "Must be a string"),
        ("expiration", None, "Must be an integer"),
        ("expiration", True, "Must be an integer"),
        ("group_by", numbered(21), "More than 20 items"),
        ("group_by", "instance_id", "Must be a list"),
        ("fire_actions", numbered(401), "More than 400 items"),
        ("actions_enabled", "true", "Must be a boolean"),
        ("select", [{"event_type": "a"}] * 101, "More than 100 items"),
        ("select", None, "Must be a list"),
        ("fire_criteria", [], "Must not be empty"),
        ("deleted_at", None, "Unknown key"),
        ("_tenant_id", "x", "Unknown key"),
    ],
)
def test_a_wrong_field_is_named(field, value, description):
    assert told(check(body(**{field: value}))) == [(field, description)]


@pytest.mark.parametrize("pattern", ["[z-a]", "![b-a]", "[!b-a]", "x[a-z_-.]*", "[]-A]", "[.--]", "[a-Z]", "[[][b-a]"])
def test_a_range_of_characters_that_runs_backwards_is_refused(pattern):
    reversed_range = "Must have each range of characters in order, as in [a-z]"
    assert told(check(body(select=[{"event_type": pattern}]))) == [("select.0.event_type", reversed_range)]


@pytest.mark.parametrize(
    "pattern", ["[a-z]", "[a-]", "[--a]", "[!!-a]", "[a-a]", "[b-a", "b-a]", "[]b-a", "[!]b-a", "[a]-A]"]
)
def test_every_other_pattern_with_a_hyphen_is_taken(pattern):
    assert check(body(select=[{"event_type": pattern}])) == []


@pytest.mark.parametrize(
    ("criterion", "name", "description"),
    [
        (None, "", "Must be a mapping"),
        ({"event_type": None}, "event_type", "Must be a string or a list of strings"),
        ({"event_type": {}}, "event_type", "Must be a string or a list of strings"),
        ({"event_type": ""}, "event_type", "Must not be empty"),
        ({"event_type": "!"}, "event_type", "Must not be empty"),
        ({"event_type": "x" * 256}, "event_type", "Longer than 255 characters"),
        ({"event_type": "[b-a]" * 100}, "event_type", "Longer than 255 characters"),
        ({"event_type": ["a"] * 101}, "event_type", "More than 100 items"),
        ({"event_type": ["a", 5]}, "event_type.1", "Must be a string"),
        ({"event_type": [["a"]]}, "event_type.0", "Must be a string"),
        ({"event_type": ["x" * 256]}, "event_type.0", "Longer than 255 characters"),
        ({"event_type": "a", "number": 1}, "number", "Unknown key"),
        ({"event_type": "a", "traits": None}, "traits", "Must be a mapping"),
        ({"event_type": "a", "traits": dict.fromkeys(numbered(101), 1)}, "traits", "More than 100 items"),
        ({"event_type": "a", "traits": {"": 1}}, "traits.", "Must not be empty"),
        ({"event_type": "a", "traits": {5: 1}}, "traits.5", "Must be a string"),
        ({"event_type": "a", "traits": {"x" * 101: 1}}, f"traits.{'x' * 101}", "Longer than 100 characters"),
        ({"event_type": "a", "traits": {"a.b": []}}, "traits.a.b", "Must be a value or a comparison"),
    ],
)
def test_a_wrong_select_criterion_is_named(criterion, name, description):
    assert told(check_select([criterion])) == [(f"0.{name}" if name else "0", description)]


@pytest.mark.parametrize(
    ("comparison", "name", "description"),
    [
        ([], "", "Must be a value or a comparison"),
        (float("nan"), "", "Must be a value or a comparison"),
        (float("inf"), "", "Must be a value or a comparison"),
        ({}, "", ONE_OF),
        ({"int": 1, "text": "x"}, "", ONE_OF),
        ({"Int": 1}, ".Int", UNKNOWN),
        ({"": 1}, ".", UNKNOWN),
        ({5: 1}, ".5", UNKNOWN),
        ({"int": True}, ".int", INT),
        ({"int": 3.0}, ".int", INT),
        ({"int": []}, ".int", INT),
        ({"int": "<= 3"}, ".int", INT),
        ({"int": "> 3 4"}, ".int", INT),
        ({"int": "3 >"}, ".int", INT),
        ({"int": "> - 3"}, ".int", INT),
        ({"int": "> 0x3"}, ".int", INT),
        ({"int": "> 1_000"}, ".int", INT),
        ({"int": "> 1e3"}, ".int", INT),
        ({"int": "> ٣"}, ".int", INT),
        ({"int": "> 3\N{NO-BREAK SPACE}"}, ".int", INT),
        ({"int": "9" * 401}, ".int", INT),
        ({"float": True}, ".float", FLOAT),
        ({"float": float("nan")}, ".float", FLOAT),
        ({"float": "> inf"}, ".float", FLOAT),
        ({"float": "1e999"}, ".float", FLOAT),
        ({"float": ">0.5"}, ".float", FLOAT),
        ({"float": "> 1,5"}, ".float", FLOAT),
        ({"float": "."}, ".float", FLOAT),
        ({"string": 5}, ".string", "Must be a string"),
        ({"text": []}, ".text", "Must be a string"),
        ({"datetime": None}, ".datetime", "Not a time expression: column 1: must be a string"),
        ({"datetime": "$a + 1"}, ".datetime", "Not a time expression: column 6: a unit is wanted after"),
        ({"datetime": "(" * 70_000}, ".datetime", "Not a time expression: column 256: longer than 255"),
    ],
)
def test_a_wrong_comparison_is_named(comparison, name, description):
    ((found, reason),) = told(check_select([{"event_type": "a", "traits": {"x": comparison}}]))
    assert (found, reason[: len(description)]) == (f"0.traits.x{name}", description)


def test_a_reserved_trait_and_what_is_wrong_with_its_value_are_both_told():
    faults = check_fire_criteria([{"event_type": "a", "traits": {"_tenant_id": {"numeric": 5}}, "number": 0}])
    assert told(faults) == [
        ("0.traits._tenant_id", "Reserved name"),
        ("0.traits._tenant_id.numeric", UNKNOWN),
        ("0.number", "Must be from 1 to 10000"),
    ]


def test_a_wrong_name_in_group_by_is_told_once():
    assert told(check_group_by(["", "", "a", 5, 5, "a", "a"])) == [
        ("0", "Must not be empty"),
        ("1", "Must not be empty"),
        ("3", "Must be a string"),
        ("4", "Must be a string"),
        ("5", "Stands there twice"),
        ("6", "Stands there twice"),
    ]


def test_the_first_hundred_faults_are_told():
    wrong = body(**{f"key{index}": 1 for index in range(1000)})
    assert len(check(wrong)) == MOST_FAULTS


def test_megabytes_of_time_expressions_are_refused():
    traits = {name: {"datetime": "$timestamp + 1d"} for name in numbered(100)}
    faults = check_select([{"event_type": "a", "traits": traits}] * 44)
    assert told(faults) == [("43.traits", "Time expressions longer than 65536 characters")]


def test_a_compiled_definition_cannot_be_changed():
    compiled = definition(fire_actions=["a"])
    with pytest.raises(FrozenInstanceError):
        compiled.name = "other"  # type: ignore[misc]
    assert compiled.fire_actions == ("a",)


def test_a_compiled_definition_does_not_change_with_the_body():
    posted = body(select=[{"event_type": ["a"], "traits": {"x": 1}}])
    compiled = compile_definition(posted, definition_id="d")
    posted["select"][0]["event_type"].append("b")
    posted["select"][0]["traits"].clear()
    (criterion,) = compiled.select
    assert (criterion.selects("b"), criterion.traits) == (False, {"x": 1})


def test_definitions_compiled_from_equal_bodies_are_equal():
    select = [{"event_type": "a", "traits": {"x": {"int": "> 3"}, "y": {"datetime": "day"}}}]
    assert definition(select=select) == definition(select=select)
    assert definition(select=select) != definition()


def deeply_nested():
    value = []
    for _ in range(100_000):
        value = [value]
    return value


def criteria_of(wanted):
    return [{"event_type": ["*a" * 127] * 100, "traits": dict.fromkeys(numbered(100), wanted)}] * 100


@pytest.mark.parametrize(
    "fields",
    [
        {"select": [{"event_type": deeply_nested(), "traits": {"x": deeply_nested()}}], "x": deeply_nested()},
        {"select": criteria_of({"datetime": "$a" + "+1s" * 84})},
        {"select": criteria_of({"datetime": "day+6h"})},
        {"select": criteria_of({"float": "> " + "1" * 300})},
        {"select": criteria_of({"int": " " * 400 + "x"})},
        {"select": [{"event_type": "a", "traits": {"x": {"int": " " * 9_000_000 + "x"}}}]},
        {"select": [{"event_type": "a", "traits": dict.fromkeys(range(500_000), 1)}]},
        {"group_by": ["x"] * 2_000_000},
        dict.fromkeys(map(str, range(500_000)), 1),
    ],
    ids=["deep", "long times", "short times", "floats", "blanks", "a blank", "traits", "groups", "keys"],
)
def test_the_largest_bodies_are_checked_within_300_ms_of_cpu(fields):
    large = body(**fields)
    start = time.thread_time()
    check(large)
    assert cpu_time.is_less(time.thread_time() - start, 0.3)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["int", "datetime", "event_type", "traits", "number", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
criteria = st.lists(st.fixed_dictionaries({}, optional={"event_type": values, "traits": values, "number": values}))
bodies = st.fixed_dictionaries(
    {"select": criteria | values, "fire_criteria": criteria | values},
    optional=dict.fromkeys(["name", "group_by", "expiration", "fire_actions", "actions_enabled"], values),
)


@settings(max_examples=200)
@given(bodies)
def test_any_body_either_has_faults_or_compiles(value):
    faults = check(value)
    if faults:
        assert all(fault.description for fault in faults)
    else:
        assert compile_definition(value, definition_id="d").name == value["name"]
