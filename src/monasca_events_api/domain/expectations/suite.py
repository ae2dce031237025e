"""A test file, read: its definitions compiled, its tests as values (docs/test-files.rst)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monasca_events_api.domain.expectations.clock_times import EPOCH, read_time
from monasca_events_api.domain.expectations.file_format import DROPPED, ENDS, ERROR, check_file
from monasca_events_api.domain.expectations.yaml_file import read_file
from monasca_events_api.semantics import specification, stream_definition
from monasca_events_api.semantics.distiller import Transform, compile_transform
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.yaml_reader import Limits

LIMITS = Limits(characters=10_000_000, nodes=500_000, levels=100)


@dataclass(frozen=True, slots=True)
class Arriving:
    """A raw notification, or a distilled event, that arrives *at* a time on the clock (None: its own).

    *becomes* is what each transform is to make of a notification that does not drop it: traits, or None
    for an error. None in its place expects nothing.
    """

    value: Any
    is_notification: bool
    at: datetime | None
    becomes: tuple[Mapping[str, Any] | None, ...] | None


@dataclass(frozen=True, slots=True)
class ExpectedStream:
    """How a stream is to end: *end* is ``fired`` or ``expired``.

    *group* and *actions* are None where anything will do.
    """

    end: str
    name: str
    at: datetime
    events: tuple[str, ...]
    group: Mapping[str, Any] | None
    actions: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Case:
    """One test. *streams* are all that are to end, or None where nothing is expected of them."""

    name: str
    arriving: tuple[Arriving, ...]
    until: datetime | None
    streams: tuple[ExpectedStream, ...] | None


@dataclass(frozen=True, slots=True)
class Suite:
    """A test file. *start* is where the clock of each test begins; *transforms* are by name."""

    start: datetime | None
    transforms: Mapping[str, Transform]
    definitions: tuple[StreamDefinition, ...]
    cases: tuple[Case, ...]


def read_suite(data: bytes) -> Suite:
    """Read a test file. Raises WrongFile with all faults of it (the first 100)."""
    return _suite(read_file(data, LIMITS, check_file).value)


def _suite(value: Mapping[str, Any]) -> Suite:
    start = read_time(value["start"], EPOCH) if "start" in value else None
    return Suite(
        start,
        {
            each["name"]: compile_transform(specification.parse(each["specification"]))
            for each in value.get("transforms", [])
            if each.get("enabled", True)
        },
        tuple(
            stream_definition.compile_definition(each, definition_id=each["name"])
            for each in value.get("stream_definitions", [])
        ),
        tuple(_case(each, start or EPOCH) for each in value["tests"]),
    )


def _case(value: Mapping[str, Any], start: datetime) -> Case:
    streams: Sequence[Mapping[str, Any]] | None = value.get("streams")
    return Case(
        value["name"],
        tuple(_arriving(each, start) for each in value["events"]),
        _time(value, "until", start),
        None if streams is None else tuple(_stream(each, start) for each in streams),
    )


def _arriving(value: Mapping[str, Any], start: datetime) -> Arriving:
    is_notification = "notification" in value
    item = value["notification" if is_notification else "event"]
    return Arriving(item, is_notification, _time(value, "at", start), _becomes(value.get("becomes")))


def _becomes(value: Any) -> tuple[Mapping[str, Any] | None, ...] | None:
    if value is None:
        return None
    if value == DROPPED:
        return ()
    outcomes = value if isinstance(value, list) else [value]
    return tuple(None if outcome == ERROR else outcome for outcome in outcomes)


def _stream(value: Mapping[str, Any], start: datetime) -> ExpectedStream:
    end = next(key for key in ENDS if key in value)
    actions = value.get("actions")
    return ExpectedStream(
        end,
        value[end],
        read_time(value["at"], start),
        tuple(value["events"]),
        value.get("group"),
        None if actions is None else tuple(actions),
    )


def _time(value: Mapping[str, Any], key: str, start: datetime) -> datetime | None:
    return read_time(value[key], start) if key in value else None
