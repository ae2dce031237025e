"""YAML as specifications are written (semantics 1 and 3, YAML)."""

import math

import pytest

from monasca_events_api.semantics.faults import InvalidDefinition
from monasca_events_api.semantics.yaml_reader import read_yaml


def refusal(text):
    with pytest.raises(InvalidDefinition) as refused:
        read_yaml(text)
    (fault,) = refused.value.faults
    assert fault.name == "specification"
    return fault.description


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", True),
        ("No", False),
        ("~", None),
        ("0x3", 3),
        ("010", 8),
        ("0b11", 3),
        ("1_000", 1000),
        ("1:30", 90),
        ("1:30.5", 90.5),
        ("1.5e+3", 1500.0),
        ("1e3", "1e3"),
        (".5", 0.5),
        (".inf", math.inf),
        ("2015-07-20", "2015-07-20"),
        ("2015-07-20 15:44:01", "2015-07-20 15:44:01"),
        ("=", "="),
        ("'on'", "on"),
        ('"3"', "3"),
        ("! 3", 3),
        ("!!str 3", "3"),
        ("!!int '3'", 3),
        ("!!float 3", 3.0),
        ("!!null x", None),
        ("!!bool yes", True),
        ("!!seq [a]", ["a"]),
        ("!!map {a: b}", {"a": "b"}),
        ("! [a]", ["a"]),
        ("[<<]", ["<<"]),
        ("{'<<': {a: b}}", {"<<": {"a": "b"}}),
        ("{=: a}", {"=": "a"}),
        ("{2: a, on: b, ~: c, 1.5: d}", {2: "a", True: "b", None: "c", 1.5: "d"}),
        ("\ufeff- é\n- 🦉", ["é", "🦉"]),
        ("%YAML 1.1\n---\na\n...\n", "a"),
        ("- &a [x]\n- *a", [["x"], ["x"]]),
        ("- &k x\n- {*k : y}", ["x", {"x": "y"}]),
        ('"\\U0001f989"', "🦉"),
    ],
)
def test_scalars_are_those_of_yaml_1_1_but_dates_and_a_lone_equals_sign(text, value):
    read = read_yaml(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- &a {x: 1, y: 1}\n- {<<: *a, x: 2}", {"x": 2, "y": 1}),
        ("- &a {x: 1, y: 1}\n- {x: 2, <<: *a}", {"x": 2, "y": 1}),
        ("- &a {x: 1}\n- &b {x: 2, y: 2}\n- {<<: [*a, *b]}", {"x": 1, "y": 2}),
        ("- &a {x: 1}\n- &b {<<: *a, y: 2}\n- {<<: *b, z: 3}", {"x": 1, "y": 2, "z": 3}),
        ("- {<<: {x: 1}, y: 2}", {"x": 1, "y": 2}),
        ("- {<<: []}", {}),
        ("- &l [{x: 1}, {x: 2}]\n- {<<: *l}", {"x": 1}),
    ],
)
def test_merged_keys_stand_behind_own_ones_and_the_first_of_a_list_wins(text, value):
    assert read_yaml(text)[-1] == value


@pytest.mark.parametrize("text", ["", " \n", "# nothing", "\ufeff"])
def test_a_text_without_a_document_is_empty(text):
    assert refusal(text) == "Empty"


def test_an_alias_is_the_same_object_again():
    first, second = read_yaml("- &a {x: 1}\n- *a")
    assert first is second


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{a: 1, 'a': 2}", "line 1, column 8: Duplicate key 'a'"),
        ("{1: a, on: b}", "line 1, column 8: Duplicate key 'on': true is the same as 1"),
        ("{false: a, x: b, 0: c}", "line 1, column 18: Duplicate key '0': 0 is the same as false"),
        ("{1: a, 1.0: b}", "line 1, column 8: Duplicate key '1.0': 1.0 is the same as 1"),
        ("{1: a, 0x1: b}", "line 1, column 8: Duplicate key '0x1'"),
        ("- &k a\n- {*k : 1, a: 2}", "line 2, column 12: Duplicate key 'a'"),
        ("{<<: {}, <<: {}}", "line 1, column 10: Duplicate key '<<'"),
        ("{[a]: b}", "line 1, column 2: Key is not a scalar"),
        ("- &k [a]\n- {*k : b}", "line 2, column 4: Key is not a scalar"),
        ("a: *b", "line 1, column 4: Unknown alias 'b'"),
        ("&a {b: *a}", "line 1, column 8: Alias 'a' inside its own anchor"),
        ("- &a x\n- &a y", "line 2, column 3: Duplicate anchor 'a'"),
        ("a: !!set {b}", "line 1, column 4: Tag 'tag:yaml.org,2002:set' is not allowed"),
        ("a: !<x:y> b", "line 1, column 4: Tag 'x:y' is not allowed"),
        ("!!timestamp 2015-07-20", "line 1, column 1: Tag 'tag:yaml.org,2002:timestamp' is not allowed"),
        ("- a\n...\n- b", "line 3, column 1: did not find expected <document start>"),
        ("- a\n---\n", "line 2, column 1: More than one document"),
        ("a\n\nb\x7f", "line 3, column 2: Character U+007F is not allowed"),
        ("é\u2028\ud800", "line 2, column 1: Character U+D800 is not allowed"),
        ("a\ufeff", "line 1, column 2: Character U+FEFF is not allowed"),
        ("# x\n\x00", "line 2, column 1: Character U+0000 is not allowed"),
        ('a: "b\\0"', "line 1, column 4: Character U+0000 is not allowed"),
        ('- "\\x00": b', "line 1, column 3: Character U+0000 is not allowed"),
        ("{<<: 1}", "line 1, column 6: Only a mapping or a list of mappings can be merged by <<"),
        ("{<<: ~}", "line 1, column 6: Only a mapping or a list of mappings can be merged by <<"),
    ],
)
def test_a_fault_is_told_with_line_and_column(text, told):
    assert refusal(text) == told


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a: *.end", "a text that begins with * needs quotes"),
        ("a: !*.end", "a text that begins with ! needs quotes"),
        ("a: !x,y", "a text that begins with ! needs quotes"),
        ("a: !%x", "a text that begins with ! needs quotes"),
        ("a: &.x", "a text that begins with & needs quotes"),
        ("a: @x", "a text that begins with @ needs quotes"),
        ("é: {a: >3}", "a text that begins with > needs quotes"),
        ("a:\n\tb: 1", "indent with blanks, not with tabs"),
        ("\ufeff\ta: 1", "indent with blanks, not with tabs"),
    ],
)
def test_the_mistake_behind_a_fault_is_told_where_it_is_certain(text, mistake):
    assert refusal(text).endswith(f"; {mistake}")


def test_libyamls_words_stand_before_the_mistake():
    words = "found character that cannot start any token (while scanning for the next token)"
    assert refusal("- @x") == f"line 1, column 3: {words}; a text that begins with @ needs quotes"


@pytest.mark.parametrize("text", ["a: *b", "a: !b c", "a: !b.*", "a: b: c", "a: [b", "a: 'b\tc' d"])
def test_no_mistake_is_told_where_it_may_be_another(text):
    assert ";" not in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        *("!!int abc", "!!int ''", "!!float x", "!!bool maybe", "!!map x", "!!str [a]", "!!int {}"),
        *("0x_", "1" * 2000, f"1{':59' * 300}.5", "'\\u", '"\\ud83d"', "@", "a: b: c", "\t- a", "*", "...\n"),
        *("%YAML 2.0\n--- a", "%TAG ! x\n%TAG ! y\n--- a"),
    ],
)
def test_what_is_no_yaml_or_no_such_value_is_refused(text):
    assert refusal(text).startswith("line ")


def test_nesting_is_counted_through_aliases():
    text = f"- &a {'[' * 10}{']' * 10}\n- "
    assert read_yaml(f"{text}{'[' * 9}*a{']' * 9}")
    assert refusal(f"{text}{'[' * 10}*a{']' * 10}") == "line 2, column 13: Nested deeper than 20"


def test_fifty_thousand_nodes_are_allowed_and_keys_count():
    assert len(read_yaml(f"[{'a: b,' * 13_000}]")) == 13_000
    assert read_yaml(f"- &a [{'x,' * 999}]\n- [{'*a,' * 48}{'x,' * 997}]")
    assert refusal(f"- &a [{'x,' * 999}]\n- [{'*a,' * 48}{'x,' * 999}x]").endswith("Expands to more than 50000 nodes")


def test_a_text_has_up_to_65_536_characters():
    assert read_yaml("é" * 65_536)
    assert refusal("a" * 65_537) == "Longer than 65536 characters"
