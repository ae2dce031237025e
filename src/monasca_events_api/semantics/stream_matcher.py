"""What a stream processor does with definitions and events, driven by an explicit clock (semantics 2).

Times are aware datetimes on the processor's clock, which never runs backwards: a time before one
that was told already counts as that one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from typing import Any

from monasca_events_api.semantics.expirations import Expirations
from monasca_events_api.semantics.seen_messages import SeenMessages
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.stream_events import NotAnEvent, StreamEvent, read_event
from monasca_events_api.semantics.stream_routes import Routes
from monasca_events_api.semantics.streams import GroupKey, RunningDefinition, Stream


class Action(StrEnum):
    """How a stream ended."""

    FIRE = "FIRE"
    EXPIRE = "EXPIRE"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStream:
    """A stream as it stands: its events by timestamp, then arrival.

    *group* is its value of each ``group_by`` trait; *matched* counts the events that match each of
    the definition's fire criteria.
    """

    definition: StreamDefinition
    group: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...]
    matched: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedStream(OpenStream):
    """A stream that has ended at *time*; *actions* are the ids of the actions to be called."""

    tenant_id: str
    action: Action
    time: datetime
    actions: tuple[str, ...]


class StreamMatcher:
    """Runs the streams of all definitions it has been given, of any number of tenants.

    Tell it of definitions and events in the order in which they come, and let the clock run by
    ``advance`` in between: each call answers with the streams that it ended, in order.
    """

    def __init__(self) -> None:
        self._now = datetime.min.replace(tzinfo=UTC)
        self._seen = SeenMessages()
        self._expirations = Expirations()
        self._running: dict[str, RunningDefinition] = {}
        self._routes: dict[str, Routes] = {}
        self._serials = count()

    @property
    def now(self) -> datetime:
        """The time on the processor's clock."""
        return self._now

    def put(self, definition: StreamDefinition, *, tenant_id: str = "") -> None:
        """Take a new definition, or another version of one, told by its ``id``.

        Open streams stay if the versions differ in nothing that makes or ends a stream.
        """
        running = self._running.get(definition.id)
        if running and (running.tenant_id, running.definition.shape) == (tenant_id, definition.shape):
            running.definition = definition
        else:
            self.remove(definition.id)
            running = RunningDefinition(tenant_id, definition)
        self._running[definition.id] = running
        self._routes.setdefault(tenant_id, Routes()).add(running)

    def remove(self, definition_id: str) -> None:
        """Drop a definition; its streams vanish silently. An unknown id is nothing to drop."""
        running = self._running.pop(definition_id, None)
        if running:
            for stream in running.streams.values():
                self._expirations.forget(stream)
            self._routes[running.tenant_id].drop(definition_id)

    def advance(self, to: datetime) -> list[EndedStream]:
        """Let the clock run to *to*, inclusive; give the streams that expire, at their own times."""
        self._now = max(self._now, to)
        return [self._ended(stream, Action.EXPIRE, stream.end) for stream in self._expirations.due(self._now)]

    def feed(self, event: Any, at: datetime, *, tenant_id: str = "") -> list[EndedStream]:
        """Let an event arrive at *at*; give the streams that have ended by then or by this event.

        What is no event, or has the ``message_id`` of one seen before, is passed over.
        """
        notifications = self.advance(at)
        try:
            arrived = read_event(event)
        except NotAnEvent:
            return notifications
        if not self.has_seen(arrived.message_id, tenant_id=tenant_id):
            self._seen.remember(tenant_id, arrived.message_id, self._now)
            notifications.extend(self._join_streams(arrived, tenant_id))
        return notifications

    def has_seen(self, message_id: str, *, tenant_id: str = "") -> bool:
        """Say whether an event with this id has arrived within the last week."""
        return self._seen.knows(tenant_id, message_id, self._now)

    def is_in_stream(self, event: StreamEvent, definition_id: str) -> bool:
        """Say whether the open stream that the event would join has one with its ``message_id``.

        Such a stream can be open for longer than messages are remembered, by a timestamp in the future.
        """
        running = self._running[definition_id]
        key = running.group_key(event)
        stream = None if key is None else running.streams.get(key)
        return stream is not None and stream.has(event)

    def open_streams(self) -> list[OpenStream]:
        """Give the open streams in the order of opening."""
        streams = [stream for running in self._running.values() for stream in running.streams.values()]
        return [
            OpenStream(
                definition=stream.running.definition,
                group=stream.group,
                events=stream.events,
                matched=tuple(stream.matched),
            )
            for stream in sorted(streams, key=lambda stream: stream.serial)
        ]

    def _join_streams(self, event: StreamEvent, tenant_id: str) -> Iterator[EndedStream]:
        routes = self._routes.get(tenant_id)
        for route in routes.to(event.event_type) if routes else ():
            key = route.running.group_key(event)
            if key is None or not any(criterion.traits_match(event) for criterion in route.select):
                continue
            stream = self._stream(route.running, key)
            if stream.has(event):
                continue
            for index, criterion in route.fire:
                stream.matched[index] += criterion.traits_match(event)
            if stream.add(event):
                self._expirations.schedule(stream)
            if stream.is_complete or stream.end <= self._now:
                self._expirations.forget(stream)
                yield self._ended(stream, Action.FIRE if stream.is_complete else Action.EXPIRE, self._now)

    def _stream(self, running: RunningDefinition, key: GroupKey) -> Stream:
        stream = running.streams.get(key)
        if stream is None:
            stream = running.streams[key] = Stream(next(self._serials), running, key)
        return stream

    def _ended(self, stream: Stream, action: Action, time: datetime) -> EndedStream:
        running = stream.running
        definition = running.definition
        del running.streams[stream.key]
        called = definition.fire_actions if action is Action.FIRE else definition.expire_actions
        return EndedStream(
            definition=definition,
            tenant_id=running.tenant_id,
            group=stream.group,
            events=stream.events,
            matched=tuple(stream.matched),
            action=action,
            time=time,
            actions=called if definition.actions_enabled else (),
        )
