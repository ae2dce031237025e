"""A test file that is wrong is told with line and column (docs/test-files.rst)."""

from pathlib import Path

import pytest

from commands.testing import DEFINITIONS, EVENT, run, run_text

STREAM = "name: a, group_by: [], expiration: 5, fire_criteria: [{event_type: x}],"
TRANSFORM = "specification: [{event_type: x, traits: {}}]"
MARK = "▸"
NO_TIME = "Must be a time like 2015-07-20T15:44:01Z, or one after the start like 1h 30m"
EXPECTS_NOTHING = "Expects nothing: say what becomes of a notification, or which streams end"


def faults(folder: Path, text: str) -> list[str]:
    result = run_text(folder, text)
    assert result.exit_code == 2, result.output
    return [line.removeprefix(f"{folder}/definitions.yaml:") for line in result.stderr.splitlines()]


def marked_faults(folder: Path, text: str) -> list[str]:
    """Give the faults of *text*, all of which are to stand at the mark in it, which is no part of it."""
    before, after = text.split(MARK)
    lines = before.split("\n")
    place = f"{len(lines)}:{len(lines[-1]) + 1}: "
    found = faults(folder, before + after)
    assert all(fault.startswith(place) for fault in found), (place, found)
    return [fault.removeprefix(place) for fault in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: Empty"),
        ("- tests", "1:1: Must be a mapping"),
        ("a: 1\ntests: [}", "2:9: did not find expected node content (while parsing a flow node)"),
        ("tests: !!python/object:os.system {}", "1:8: Tag 'tag:yaml.org,2002:python/object:os.system' is not allowed"),
        ("a: 1\na: 2", "2:1: Duplicate key 'a'"),
        ("tests: &a [*a]", "1:12: Alias 'a' inside its own anchor"),
        ("a: \x01", "1:4: Character U+0001 is not allowed"),
        ("---\na: 1\n---\nb: 1", "3:1: More than one document"),
        ("tests:\n" + "- " * 101 + "a", "2:199: Nested deeper than 100"),
    ],
)
def test_a_fault_of_yaml_is_told_where_it_is(tmp_path: Path, text: str, expected: str) -> None:
    assert faults(tmp_path, text) == [expected]


def test_a_file_that_is_not_utf_8_is_told_where_it_is_not(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("start: x\nname: Größe".encode("latin-1"))
    assert run(file).stderr == f"{file}:2:9: Not UTF-8\n"


def test_every_fault_is_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "strat: x\ntransforms:\n- name: a\n  specfication: []\ntests: []\nstart: 5\n"
    assert faults(tmp_path, text) == [
        "1:1: strat: Unknown key",
        "3:3: transforms.0.specification: Required",
        "4:3: transforms.0.specfication: Unknown key",
        "5:8: tests: Must not be empty",
        "6:8: start: Must be a time like 2015-07-20T15:44:01Z",
    ]


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (
            "transforms:\n- name: a\n  specification:\n  - event_type: x\n    traits:\n      a.b: {fields: ▸'a.['}\n",
            "transforms.0.specification.0.traits.a.b.fields: Not a path: ",
        ),
        (
            "transforms:\n- name: a\n  specification: ▸'- [}'\n",
            "transforms.0.specification: line 1, column 4: did not find expected node content",
        ),
        (
            "transforms:\n- name: a\n  specification: ▸>\n    - {event_type: x}\n",
            "transforms.0.specification.0.traits: Required",
        ),
        (
            "transforms:\n- {name: a, specification: ▸{}}\n",
            "transforms.0.specification: Must be a list of event definitions",
        ),
        (
            f"stream_definitions:\n- {{{STREAM}\n   select: [{{event_type: x, traits: {{a.b: {{int: ▸'>= 3'}}}}}}]}}\n",
            "stream_definitions.0.select.0.traits.a.b.int: Must be a number or =, < or >, a space and an integer",
        ),
        ("stream_definitions: [▸5]\n", "stream_definitions.0: Must be a mapping"),
        (
            f"transforms:\n- {{name: a, {TRANSFORM}}}\n- {{name: ▸a, {TRANSFORM}}}\n",
            "transforms.1.name: Stands there twice",
        ),
    ],
)
def test_a_fault_of_a_definition_is_told_as_the_service_tells_it(
    tmp_path: Path, definition: str, expected: str
) -> None:
    (fault,) = marked_faults(tmp_path, definition + "tests:\n- {name: t, events: [], streams: []}\n")
    assert fault[: len(expected)] == expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("- ▸5", "Must be a mapping"),
        ("- ▸{name: one}", "events: Required"),
        (f"- ▸name: one\n  events: [{{event: {EVENT}}}]", EXPECTS_NOTHING),
        ("- {name: one, events: [], ▸untl: 5s, streams: []}", "untl: Unknown key"),
        ("- {name: one, events: [], until: ▸5, streams: []}", f"until: {NO_TIME}"),
        ("- {name: one, events: [], until: ▸5 parsecs, streams: []}", f"until: {NO_TIME}"),
        (
            "- {name: one, events: [], streams: [{fired: ▸piar, at: 5s, events: [m-1]}]}",
            "streams.0.fired: No stream definition in this file has this name",
        ),
        (
            "- {name: one, events: [], streams: [▸{fired: pair, expired: pair, at: 5s, events: [m-1]}]}",
            "streams.0: Must have exactly one of fired, expired",
        ),
        (
            "- {name: one, events: [], streams: [{fired: pair, at: 5s, events: ▸[]}]}",
            "streams.0.events: Must not be empty",
        ),
        ("- {name: one, events: [], streams: [▸{fired: pair, events: [m-1]}]}", "streams.0.at: Required"),
        (
            "- {name: one, events: [▸{}], streams: []}",
            "events.0: Must have exactly one of notification, event",
        ),
        (
            "- {name: one, events: [{event: 5, becomes: ▸dropped}]}",
            "events.0.becomes: Only a notification becomes something",
        ),
        (
            "- {name: one, events: [{notification: 5, becomes: ▸droped}]}",
            "events.0.becomes: Must be traits, dropped or error",
        ),
        ("- {name: one, events: [{event: {a: [▸.inf]}}], streams: []}", "events.0.event.a.0: Not a number in JSON"),
        ("- {name: one, events: [{event: {a: {▸1: b}}}], streams: []}", "events.0.event.a.1: Keys must be strings"),
    ],
)
def test_a_fault_of_a_test_is_told_where_it_is(tmp_path: Path, test: str, expected: str) -> None:
    prefix = "tests.0: " if expected in (EXPECTS_NOTHING, "Must be a mapping") else "tests.0."
    assert marked_faults(tmp_path, f"{DEFINITIONS}{test}\n") == [f"{prefix}{expected}"]


def test_no_two_tests_have_one_name(tmp_path: Path) -> None:
    tests = "- {name: a, events: [], streams: []}\n- {name: ▸a, events: [], streams: []}\n"
    assert marked_faults(tmp_path, DEFINITIONS + tests) == ["tests.1.name: Stands there twice"]


def test_a_fault_in_what_was_merged_is_told_where_it_stands(tmp_path: Path) -> None:
    tests = "- &t {name: one, events: ▸5, streams: []}\n- {<<: *t, name: two}\n"
    assert marked_faults(tmp_path, DEFINITIONS + tests) == [
        "tests.0.events: Must be a list",
        "tests.1.events: Must be a list",
    ]


@pytest.mark.parametrize(
    "test",
    [
        "{name: a, events: [{at: 5s, event: 5}, {at: ▸4s, event: 5}], streams: []}",
        "{name: a, events: [{at: 5s, event: 5}], until: ▸4999ms, streams: []}",
    ],
)
def test_the_clock_never_runs_backwards(tmp_path: Path, test: str) -> None:
    (fault,) = marked_faults(tmp_path, f"{DEFINITIONS}- {test}\n")
    assert fault.endswith(": Earlier than what stands before it, and the clock never runs backwards")


def test_an_offset_leads_to_a_date(tmp_path: Path) -> None:
    text = f"{DEFINITIONS}- {{name: a, events: [], until: ▸2920000d, streams: []}}\n"
    assert marked_faults(tmp_path, text) == ["tests.0.until: Later than any date"]


def test_an_offset_needs_a_start(tmp_path: Path) -> None:
    text = "tests:\n- {name: a, events: [{at: 1d 2h 3m 4s 5ms 6us, event: 5}], until: 2d, streams: []}\n"
    why = "Counts from the start of the clock, and the file has no start"
    assert faults(tmp_path, text) == [f"2:27: tests.0.events.0.at: {why}", f"2:67: tests.0.until: {why}"]
