"""Which streams stand side by side when a test fails: those that belong together (docs/test-files.rst)."""

from pathlib import Path

from commands.testing import run_text

BEGIN = """\
start: 2015-07-20T15:44:00Z
stream_definitions:
- &build
  name: slow build
  select: [{event_type: build.*}]
  group_by: []
  fire_criteria: [{event_type: build.end}]
  expiration: 600000
- {<<: *build, name: failing host, select: [{event_type: host.*}], fire_criteria: [{event_type: host.end}]}
tests:
- name: one
  until: 1h
"""
EVENT = "{at: %s, event: {event_type: %s, message_id: %s, timestamp: '2015-07-20T15:44:00Z'}}"
BUILD = EVENT % ("0s", "build.start", "b-1")
BUILD_ENDS = EVENT % ("1m", "build.end", "b-2")
HOST = EVENT % ("0s", "host.start", "h-1")


def table(folder: Path, events: list[str], streams: list[str]) -> list[str]:
    """Give the lines that stand side by side, without the indentation of all of them."""
    arriving, expected = f"  events: [{', '.join(events)}]\n", f"  streams: [{', '.join(streams)}]\n"
    output = run_text(folder, BEGIN + arriving + expected).output
    return [line.removeprefix("      ") for line in output.splitlines() if " |" in line and "| seen" not in line]


def test_streams_of_two_definitions_are_no_pair(tmp_path: Path) -> None:
    assert table(tmp_path, [BUILD], ["{expired: failing host, at: 10m, events: [b-1]}"]) == [
        "! expired: failing host | none",
        "!   at: 10m             |",
        "!   events: b-1         |",
        "! none                  | expired: slow build",
        "!                       |   at: 10m",
        "!                       |   events: b-1",
    ]


def test_a_stream_that_is_as_expected_has_no_mark_where_another_was_not_expected(tmp_path: Path) -> None:
    assert table(tmp_path, [BUILD, HOST], ["{expired: slow build, at: 10m, events: [b-1], group: {}}"]) == [
        "! none                | expired: failing host",
        "!                     |   at: 10m",
        "!                     |   events: h-1",
        "  expired: slow build | expired: slow build",
        "    at: 10m           |   at: 10m",
        "    events: b-1       |   events: b-1",
        "    group: {}         |   group: {}",
    ]


def test_a_stream_that_ends_in_another_way_than_expected_is_a_pair_with_itself(tmp_path: Path) -> None:
    assert table(tmp_path, [BUILD, BUILD_ENDS], ["{expired: slow build, at: 10m, events: [b-1, b-2]}"]) == [
        "! expired: slow build | fired: slow build",
        "!   at: 10m           |   at: 1m",
        "    events: b-1, b-2  |   events: b-1, b-2",
    ]


def test_of_two_of_a_definition_the_one_that_ends_in_the_same_way_is_the_pair(tmp_path: Path) -> None:
    expired, fired = "{expired: slow build, at: 1m, events: [b-1]}", "{fired: slow build, at: 2m, events: [b-1, b-2]}"
    assert table(tmp_path, [BUILD, BUILD_ENDS], [expired, fired])[3:] == [
        "  fired: slow build   | fired: slow build",
        "!   at: 2m            |   at: 1m",
        "    events: b-1, b-2  |   events: b-1, b-2",
    ]
