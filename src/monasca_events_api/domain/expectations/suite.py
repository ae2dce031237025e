"""A test file, read: its definitions compiled, its tests as values (docs/test-files.rst)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from monasca_events_api.domain.expectations.clock_times import EPOCH, read_time
from monasca_events_api.domain.expectations.file_format import DROPPED, ENDS, ERROR, check_file
from monasca_events_api.domain.expectations.places import Places
from monasca_events_api.semantics import specification, stream_definition
from monasca_events_api.semantics.distiller import Transform, compile_transform
from monasca_events_api.semantics.faults import MOST_FAULTS, Fault, InvalidDefinition
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.yaml_reader import Limits, read_yaml

LIMITS = Limits(characters=10_000_000, nodes=500_000, levels=100)
_PLACE = re.compile(r"line (\d+), column (\d+): ")
_ABOUT_KEYS = ("Unknown key", "Reserved name", "Keys must be strings")


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong in a file, and where: line and column count from 1."""

    line: int
    column: int
    description: str


class WrongFile(ValueError):
    """A test file that cannot be run; ``faults`` has at least one, in the order of the file."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
        super().__init__("; ".join(fault.description for fault in self.faults))


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
    text = _decoded(data)
    try:
        value = read_yaml(text, LIMITS)
    except InvalidDefinition as invalid:
        raise WrongFile(map(_yaml_fault, invalid.faults)) from None
    findings = islice(check_file(value), MOST_FAULTS)
    faults = [Fault(".".join(path), description) for path, description in findings]
    if faults:
        places = Places(text)
        raise WrongFile(_placed(fault, places) for fault in faults)
    return _suite(value)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise WrongFile([FileFault(line, column, "Not UTF-8")]) from None


def _yaml_fault(fault: Fault) -> FileFault:
    place = _PLACE.match(fault.description)
    if place is None:
        return FileFault(1, 1, fault.description)
    return FileFault(int(place[1]), int(place[2]), fault.description[place.end() :])


def _placed(fault: Fault, places: Places) -> FileFault:
    place = places.of_key if fault.description in _ABOUT_KEYS else places.of_value
    line, column = place(fault.name)
    return FileFault(line, column, f"{fault.name}: {fault.description}" if fault.name else fault.description)


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
