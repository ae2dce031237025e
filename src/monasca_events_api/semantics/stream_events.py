"""An event as stream definitions see it (semantics 2, Does an event match a criterion; Life of a stream)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from monasca_events_api.semantics.events import LONGEST_EVENT_TYPE
from monasca_events_api.semantics.iso_dates import parse_date


class NotAnEvent(ValueError):
    """A value that no stream takes; its text names each thing that is missing or wrong."""


class StreamEvent:
    """A flat event, its dates read at most once each; make one with ``read_event``."""

    __slots__ = ("_dates", "event_type", "message_id", "timestamp", "traits")

    def __init__(self, traits: Mapping[str, Any], timestamp: datetime) -> None:
        self.traits = traits
        self.event_type: str = traits["event_type"]
        self.message_id: str = traits["message_id"]
        self.timestamp = timestamp
        self._dates: dict[str, datetime | None] = {"timestamp": timestamp}

    def date_of(self, name: str) -> datetime | None:
        """Give the date that the trait *name* holds, or None."""
        if name not in self._dates:
            self._dates[name] = date_in(self.traits.get(name))
        return self._dates[name]

    def has(self, trait: str) -> bool:
        """Say whether there is such a trait, perhaps null; lists and objects are no traits."""
        return not isinstance(self.traits.get(trait, ()), list | dict | tuple)


def read_event(event: Any) -> StreamEvent:
    """Take a JSON value for an event; raise NotAnEvent, which says what it lacks."""
    timestamp = date_in(event.get("timestamp")) if isinstance(event, Mapping) else None
    faults = list(_faults(event, timestamp))
    if faults or timestamp is None:
        raise NotAnEvent("; ".join(faults))
    return StreamEvent(event, timestamp)


def date_in(value: Any) -> datetime | None:
    """Read *value* as a date; None if it is no text, or text that is no date."""
    if not isinstance(value, str):
        return None
    try:
        return parse_date(value)
    except ValueError:
        return None


def _faults(event: Any, timestamp: datetime | None) -> Iterator[str]:
    if not isinstance(event, Mapping):
        yield "not an object"
        return
    for key in ("event_type", "message_id", "timestamp"):
        if event.get(key) in (None, ""):
            yield f"{key}: missing"
        elif not isinstance(event[key], str):
            yield f"{key}: not a string"
    event_type = event.get("event_type")
    if isinstance(event_type, str) and len(event_type) > LONGEST_EVENT_TYPE:
        yield f"event_type: longer than {LONGEST_EVENT_TYPE} characters"
    if timestamp is None and isinstance(event.get("timestamp"), str) and event["timestamp"]:
        yield "timestamp: not a date in ISO 8601"
