"""What a stream definition would do with some events, and why (contract 1.6, stream-definitions/preview)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from monasca_events_api.semantics.iso_dates import format_date
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.stream_events import NotAnEvent, date_in, read_event
from monasca_events_api.semantics.stream_matcher import Action, EndedStream, OpenStream, StreamMatcher
from monasca_events_api.semantics.stream_reasons import Waiting, why_ignored
from monasca_events_api.semantics.time_limit import TimeLimit, in_time, no_limit

_STATES = {Action.FIRE: "fired", Action.EXPIRE: "expired"}


class NotDistilled(ValueError):
    """Raised by a Distil for a notification that becomes no event; its text is the reason, *at* its own time."""

    def __init__(self, reason: str, at: datetime | None = None) -> None:
        self.at = at
        super().__init__(reason)


Distil: TypeAlias = Callable[[Any, datetime | None], Sequence[Any]]
"""Makes the events of one notification, received at a time if one is given, or raises NotDistilled."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one item brings: events, or the reason why it brings none.

    *received_at* is the time on the processor's clock; None where each event's own timestamp is.
    """

    received_at: datetime | None
    events: Sequence[Any] = ()
    message_id: str | None = None
    reason: str | None = None

    @property
    def times(self) -> tuple[datetime, ...]:
        """The times that the processor's clock reads of it."""
        times = map(_own_time, self.events) if self.received_at is None else (self.received_at,)
        return tuple(filter(None, times))


def _own_time(event: Any) -> datetime | None:
    return date_in(event.get("timestamp")) if isinstance(event, Mapping) else None


def _as_it_is(event: Any, _received_at: datetime | None) -> Sequence[Any]:
    return (event,)


def arrival_of(item: Any, distil: Distil = _as_it_is) -> Arrival:
    """Read an item, an event or ``{"received_at": time, "event": {...}}``, and distil the event in it."""
    received_at, event = None, item
    if isinstance(item, Mapping) and "event" in item and "event_type" not in item:
        event = item["event"]
        received_at = date_in(item.get("received_at"))
        if received_at is None:
            fault = "missing" if item.get("received_at") in (None, "") else "not a date in ISO 8601"
            return Arrival(None, (), _message_id(event), f"received_at: {fault}")
    try:
        return Arrival(received_at, distil(event, received_at))
    except NotDistilled as error:
        # The processor's clock goes on all the same.
        return Arrival(received_at or error.at, (), _message_id(event), str(error))


class _Preview:
    """A matcher with the one definition, and what came of it."""

    def __init__(self, definition: StreamDefinition) -> None:
        self.ended: list[EndedStream] = []
        self.ignored: list[dict[str, str | None]] = []
        self.matcher = StreamMatcher()
        self.matcher.put(definition)
        self._definition = definition

    def arrive(self, arrival: Arrival) -> None:
        if arrival.received_at is not None:
            self.advance(arrival.received_at)
        if arrival.reason is not None:
            self._ignore(arrival.message_id, arrival.reason)
        for event in arrival.events:
            self._feed(event, arrival.received_at)

    def advance(self, to: datetime) -> None:
        self.ended += self.matcher.advance(to)

    def _feed(self, event: Any, received_at: datetime | None) -> None:
        at = received_at or _own_time(event)
        if at is not None:
            self.advance(at)
        reason = self._reason(event)
        if reason is not None:
            self._ignore(_message_id(event), reason)
        self.ended += self.matcher.feed(event, self.matcher.now)

    def _reason(self, event: Any) -> str | None:
        try:
            arrived = read_event(event)
        except NotAnEvent as error:
            return str(error)
        if self.matcher.has_seen(arrived.message_id) or self.matcher.is_in_stream(arrived, self._definition.id):
            return "message_id: seen before, each message counts once"
        return why_ignored(self._definition, arrived)

    def _ignore(self, message_id: str | None, reason: str) -> None:
        self.ignored.append({"message_id": message_id, "reason": reason})


def preview(
    definition: StreamDefinition,
    arrivals: Iterable[Arrival],
    *,
    until: datetime | None = None,
    time_limit: TimeLimit = no_limit,
) -> dict[str, Any]:
    """Tell the streams that *arrivals* would make, and why other events are in none.

    The clock runs on to *until*, inclusive, where that is later than the last arrival. *arrivals* may be
    a generator, whose work counts for *time_limit*, too.
    """
    for criterion in in_time((*definition.select, *definition.fire_criteria), time_limit):
        # To compile patterns is the dearest part of a large definition, so it is done step by step.
        _ = criterion.selects
    run = _Preview(definition)
    for arrival in in_time(arrivals, time_limit):
        run.arrive(arrival)
    if until is not None:
        run.advance(until)
    waiting = Waiting(definition)
    streams = [*run.ended, *run.matcher.open_streams()]
    return {
        "streams": [_told(stream, waiting) for stream in in_time(streams, time_limit)],
        "ignored": run.ignored,
    }


def _told(stream: OpenStream, waiting: Waiting) -> dict[str, Any]:
    ended = stream if isinstance(stream, EndedStream) else None
    fired = ended is not None and ended.action is Action.FIRE
    return {
        "group": stream.group,
        "state": _STATES[ended.action] if ended else "open",
        "at": format_date(ended.time) if ended else None,
        "events": [event["message_id"] for event in stream.events],
        "unmet": [] if fired else waiting.unmet(stream.matched),
    }


def _message_id(event: Any) -> str | None:
    message_id = event.get("message_id") if isinstance(event, Mapping) else None
    return message_id if isinstance(message_id, str) else None
