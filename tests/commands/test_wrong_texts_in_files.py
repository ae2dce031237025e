"""What is wrong in a specification that is text, below a ``|``, is told at its place in the file."""

from pathlib import Path

import pytest

from commands.test_wrong_test_files import marked_faults

HEAD = "transforms:\n- name: a\n  specification: "
TESTS = "tests:\n- {name: t, events: [], streams: []}\n"
OPEN = "transforms.0.specification: did not find expected ',' or '}' (while parsing a flow mapping)"


def faults_of(folder: Path, specification: str) -> list[str]:
    return marked_faults(folder, HEAD + specification + TESTS)


@pytest.mark.parametrize(
    "text",
    [
        "|\n    - {event_type: x▸]\n",
        "|\n     - {event_type: x▸]\n",
        "|  # mine\n    # mine, too\n    - {event_type: x▸]\n",
        "|\n\n  \n    - {event_type: x▸]\n",
        "|\n    - a\n\n    - é🦉: {event_type: x▸]\n",
        "|\n    - a\n    - {event_type:\tx▸]\n",
        "|-\n    - {event_type: x▸]\n",
        "|+\n    - {event_type: x▸]\n\n\n",
        "|2\n      - a\n      - {event_type: x▸]\n",
        "|-1\n   - {event_type: x▸]\n",
        "!!str |\n    - {event_type: x▸]\n",
        "&text !!str  # | is below\n    |\n    - {event_type: x▸]\n",
        "|\r\n    - a\r\n    - {event_type: x▸]\r\n",
    ],
)
def test_a_fault_of_its_yaml_is_told_where_it_is(tmp_path: Path, text: str) -> None:
    assert faults_of(tmp_path, text) == [OPEN]


@pytest.mark.parametrize("end", ["|\n    - [a▸\n", "|-\n    - [a▸\n", "|+\n    - [a▸\n\n\n", "|\n    - [a▸\n  \n"])
def test_what_its_end_lacks_is_told_behind_its_last_line(tmp_path: Path, end: str) -> None:
    (fault,) = faults_of(tmp_path, end)
    assert fault.startswith("transforms.0.specification: did not find expected")


def test_a_fault_of_a_value_is_told_where_the_value_is(tmp_path: Path) -> None:
    text = "|\n    # mine\n    - event_type: x\n      traits:\n        a.b: {fields: ▸'a.['}\n"
    (fault,) = faults_of(tmp_path, text)
    assert fault.startswith("transforms.0.specification.0.traits.a.b.fields: Not a path: ")


def test_a_fault_of_a_key_is_told_where_the_key_is(tmp_path: Path) -> None:
    text = "|\n    - event_type: x\n      traits: {}\n      ▸trait: {}\n"
    assert faults_of(tmp_path, text) == ["transforms.0.specification.0.trait: Unknown key"]


def test_what_is_missing_is_told_where_its_holder_is(tmp_path: Path) -> None:
    text = "|\n    - {event_type: x, traits: {}}\n    - ▸event_type: x\n"
    assert faults_of(tmp_path, text) == ["transforms.0.specification.1.traits: Required"]


def test_a_text_in_a_text_has_its_place(tmp_path: Path) -> None:
    text = "|\n    - event_type: x\n      traits:\n        a: ▸|\n          a.[\n"
    (fault,) = faults_of(tmp_path, text)
    assert fault.startswith("transforms.0.specification.0.traits.a: Not a path: ")


def test_a_fault_of_the_text_as_a_whole_is_told_where_the_text_begins(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "▸|\n    a: b\n") == ["transforms.0.specification: Must be a list of event definitions"]


@pytest.mark.parametrize("text", ["▸|\n\n", "▸|\n", "▸|+\n\n\n", "▸|\n    # nothing\n"])
def test_a_text_without_a_document_is_told_where_it_begins(tmp_path: Path, text: str) -> None:
    assert faults_of(tmp_path, text) == ["transforms.0.specification: Empty"]
