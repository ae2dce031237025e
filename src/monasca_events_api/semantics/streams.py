"""Open streams, each under its definition (semantics 2, Life of a stream, 3 to 6)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, TypeAlias

from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.stream_events import StreamEvent

GroupKey: TypeAlias = tuple[tuple[type, Any], ...]

_NEVER = datetime.max.replace(tzinfo=UTC)


class Stream:
    """The events of one group since the stream was opened.

    *serial* grows with each stream opened. ``matched`` counts the events that match each fire
    criterion; ``end`` is when the stream expires, by the earliest timestamp among its events.
    """

    __slots__ = ("_events", "end", "key", "matched", "running", "serial")

    def __init__(self, serial: int, running: "RunningDefinition", key: GroupKey) -> None:
        self.serial = serial
        self.running = running
        self.key = key
        self.matched = [0] * len(running.numbers)
        self.end = _NEVER
        self._events: dict[str, tuple[datetime, Mapping[str, Any]]] = {}

    @property
    def group(self) -> dict[str, Any]:
        """The value of each ``group_by`` trait."""
        names = self.running.definition.group_by
        return {name: value for name, (_, value) in zip(names, self.key, strict=True)}

    @property
    def events(self) -> tuple[Mapping[str, Any], ...]:
        """The events by timestamp, then arrival."""
        return tuple(traits for _, traits in sorted(self._events.values(), key=itemgetter(0)))

    @property
    def is_complete(self) -> bool:
        """Whether each fire criterion is matched by as many events as it wants."""
        return all(map(int.__ge__, self.matched, self.running.numbers))

    def has(self, event: StreamEvent) -> bool:
        """Say whether it has an event with this message id, which may have come longer ago than is remembered."""
        return event.message_id in self._events

    def add(self, event: StreamEvent) -> bool:
        """Take in an event that it does not have; say whether the end is a new one, or has moved forward."""
        self._events[event.message_id] = event.timestamp, event.traits
        end = _end(event.timestamp, self.running.definition.expiration)
        if end >= self.end and len(self._events) > 1:
            return False
        self.end = end
        return True


class RunningDefinition:
    """A tenant's definition with its open streams."""

    def __init__(self, tenant_id: str, definition: StreamDefinition) -> None:
        self.tenant_id = tenant_id
        self.definition = definition
        self.numbers = [criterion.number for criterion in definition.fire_criteria]
        self.streams: dict[GroupKey, Stream] = {}

    def group_key(self, event: StreamEvent) -> GroupKey | None:
        """Tell groups apart by kind and value; None where a trait is not there."""
        group_by = self.definition.group_by
        if not all(map(event.has, group_by)):
            return None
        return tuple((type(event.traits[trait]), event.traits[trait]) for trait in group_by)


def _end(first: datetime, expiration: timedelta) -> datetime:
    try:
        return first + expiration
    except OverflowError:
        return _NEVER
