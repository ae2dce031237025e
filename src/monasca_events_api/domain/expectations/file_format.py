"""What may stand in a test file: every fault of one, by its path (docs/test-files.rst)."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from monasca_events_api.domain.expectations.clock_times import EPOCH, check_instant, check_time, is_offset, read_time
from monasca_events_api.semantics import stream_definition, transform
from monasca_events_api.semantics.field_checks import (
    Check,
    Finding,
    list_check,
    mapping_check,
    repeats,
    text_check,
    within,
    wrong,
)

MOST_DEFINITIONS = 100_000  # as many as `apply` takes: one file can be both
MOST_TESTS = 10_000
MOST_EVENTS = 10_000
DROPPED = "dropped"
ERROR = "error"
ENDS = ("fired", "expired")
_SOURCES = ("notification", "event")


def check_file(value: Any) -> Iterator[Finding]:
    """Yield what is wrong with the value that a test file holds."""
    findings = list(_FILE(value))
    # What one part says of another can be read only where each is right by itself.
    yield from findings or _relations(value)


def _json(value: Any) -> Iterator[Finding]:
    """Check for what JSON can carry: events come as JSON."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from within(key, _json(member) if isinstance(key, str) else wrong("Keys must be strings"))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from within(index, _json(member))
    elif isinstance(value, float) and not math.isfinite(value):
        yield from wrong("Not a number in JSON")


def _object(value: Any) -> Iterator[Finding]:
    yield from _json(value) if isinstance(value, dict) else wrong("Must be a mapping")


def _outcome(value: Any) -> Iterator[Finding]:
    if value != ERROR:
        yield from _json(value) if isinstance(value, dict) else wrong("Must be traits or error")


def _becomes(value: Any) -> Iterator[Finding]:
    if isinstance(value, list):
        yield from _OUTCOMES(value)
    elif value not in (DROPPED, ERROR):
        yield from _json(value) if isinstance(value, dict) else wrong("Must be traits, dropped or error")


def _one_of(keys: tuple[str, ...], optional: Mapping[str, Check], required: Mapping[str, Check]) -> Check:
    """Make a check for a mapping with exactly one of *keys*, whose checks stand in *optional*."""
    mapping = mapping_check(required, optional)

    def check(value: Any) -> Iterator[Finding]:
        yield from mapping(value)
        if isinstance(value, dict) and sum(key in value for key in keys) != 1:
            yield from wrong(f"Must have exactly one of {', '.join(keys)}")

    return check


_NAME = text_check(255)
_OUTCOMES = list_check(_outcome, MOST_DEFINITIONS)
_EVENT = _one_of(_SOURCES, {"notification": _json, "event": _json, "at": check_time, "becomes": _becomes}, {})
_MESSAGES = list_check(_NAME, MOST_EVENTS)
_ACTIONS = list_check(_NAME, 400, empty=True)
_STREAM = _one_of(
    ENDS,
    {"fired": _NAME, "expired": _NAME, "group": _object, "actions": _ACTIONS},
    {"at": check_time, "events": _MESSAGES},
)
_TEST = mapping_check(
    {"name": _NAME, "events": list_check(_EVENT, MOST_EVENTS, empty=True)},
    {"until": check_time, "streams": list_check(_STREAM, MOST_EVENTS, empty=True)},
)
_FILE = mapping_check(
    {"tests": list_check(_TEST, MOST_TESTS)},
    {
        "start": check_instant,
        "transforms": list_check(transform.check, MOST_DEFINITIONS, empty=True),
        "stream_definitions": list_check(stream_definition.check, MOST_DEFINITIONS, empty=True),
    },
)


def _relations(value: dict[str, Any]) -> Iterator[Finding]:
    yield from names_twice(value, ("transforms", "stream_definitions", "tests"))
    streams = {definition["name"] for definition in value.get("stream_definitions", [])}
    for index, test in enumerate(value["tests"]):
        yield from within("tests", within(index, _test_relations(test, streams)))
        yield from within("tests", within(index, _times(test, value.get("start"))))


def names_twice(value: dict[str, Any], parts: Iterable[str]) -> Iterator[Finding]:
    """Find the names that stand twice in one of the lists *parts* of the file."""
    for part in parts:
        names = [each["name"] for each in value.get(part, [])]
        for path, description in repeats(names, _NAME):
            yield (part, *path, "name"), description


def _test_relations(test: dict[str, Any], streams: set[str]) -> Iterator[Finding]:
    if "streams" not in test and not any("becomes" in event for event in test["events"]):
        yield from wrong("Expects nothing: say what becomes of a notification, or which streams end")
    for index, event in enumerate(test["events"]):
        if "becomes" in event and "event" in event:
            yield ("events", str(index), "becomes"), "Only a notification becomes something"
    for index, stream in enumerate(test.get("streams", [])):
        for key in ENDS:
            if key in stream and stream[key] not in streams:
                yield ("streams", str(index), key), "No stream definition in this file has this name"


def _times(test: dict[str, Any], start: str | None) -> Iterator[Finding]:
    begin = EPOCH if start is None else read_time(start, EPOCH)
    latest = datetime.min.replace(tzinfo=UTC)
    until = [(("until",), test["until"])] if "until" in test else []
    for path, time in [*_stated_times(test, "events"), *until, *_stated_times(test, "streams")]:
        if start is None and is_offset(time):
            yield path, "Counts from the start of the clock, and the file has no start"
            continue
        try:
            at = read_time(time, begin)
        except ValueError:
            yield path, "Later than any date"
            continue
        if path[0] != "streams" and at < latest:
            yield path, "Earlier than what stands before it, and the clock never runs backwards"
        latest = max(latest, at)


def _stated_times(test: dict[str, Any], part: str) -> list[tuple[tuple[str, ...], Any]]:
    return [((part, str(index), "at"), each["at"]) for index, each in enumerate(test.get(part, [])) if "at" in each]
