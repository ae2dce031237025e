"""Runs a test: what its definitions make of its events (semantics 1 and 2), by the code that previews run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from monasca_events_api.domain.expectations.clock_times import EPOCH
from monasca_events_api.domain.expectations.suite import Arriving, Case, Suite
from monasca_events_api.semantics.distil_problems import Explainer, Problem
from monasca_events_api.semantics.distiller import Distilled, stated_time
from monasca_events_api.semantics.iso_dates import parse_date
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.stream_preview import Arrival, preview


@dataclass(frozen=True, slots=True)
class Became:
    """What the transforms made of a notification *at* a time: *outcomes* of those that did not drop it."""

    outcomes: tuple[Distilled, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SeenStream:
    """A stream: *end* is ``fired``, ``expired``, or ``open`` (then *at* is None); *unmet* is what it waited for."""

    definition: StreamDefinition
    end: str
    at: datetime | None
    events: tuple[str, ...]
    group: dict[str, Any]
    unmet: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        """The name of its definition."""
        return self.definition.name

    @property
    def actions(self) -> tuple[str, ...]:
        """The ids of the actions that would be called."""
        if not self.definition.actions_enabled:
            return ()
        return self.definition.fire_actions if self.end == "fired" else self.definition.expire_actions


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that *definition* put in no stream, and why."""

    definition: StreamDefinition
    message_id: str | None
    reason: str


@dataclass(slots=True)
class Seen:
    """All that came of a test: *became* has one entry for each item, None for distilled events."""

    became: list[Became | None] = field(default_factory=list)
    streams: list[SeenStream] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)


def run(suite: Suite, case: Case) -> Seen:
    """Let everything in *case* arrive, and run its clock to the end."""
    seen = Seen()
    # The streams' clock begins where the notifications' does.
    arrivals = [Arrival(suite.start, ())]
    clock = suite.start or EPOCH
    for item in case.arriving:
        clock = max(clock, item.at or clock)
        became = _distilled(suite, item.value, clock) if item.is_notification else None
        seen.became.append(became)
        arrival = _arrival(item, became)
        arrivals.append(arrival)
        clock = max([clock, *arrival.times])
    for definition in suite.definitions:
        _run_streams(definition, arrivals, case.until, seen)
    return seen


def problems(suite: Suite, notification: Any, at: datetime) -> Iterator[Problem]:
    """Find the problems of a notification with each transform, whose name stands in front of them."""
    for name, transform in suite.transforms.items():
        for problem in Explainer(transform).gravest_first(notification, at):
            yield replace(problem, text=f"{name}: {problem.text}")


def _distilled(suite: Suite, notification: Any, at: datetime) -> Became:
    outcomes = (transform.distil(notification, at) for transform in suite.transforms.values())
    return Became(tuple(each for each in outcomes if each.event is not None or each.error is not None), at)


def _arrival(item: Arriving, became: Became | None) -> Arrival:
    if became is None:
        return Arrival(item.at, (item.value,))
    events = [outcome.event for outcome in became.outcomes if outcome.event is not None]
    # One that becomes no event says, too, what time it is.
    return Arrival(item.at or stated_time(item.value), events)


def _run_streams(definition: StreamDefinition, arrivals: Sequence[Arrival], until: datetime | None, seen: Seen) -> None:
    told = preview(definition, arrivals, until=until)
    for stream in told["streams"]:
        at = None if stream["at"] is None else parse_date(stream["at"])
        state, events, group, unmet = (stream[key] for key in ("state", "events", "group", "unmet"))
        seen.streams.append(SeenStream(definition, state, at, tuple(events), group, tuple(unmet)))
    seen.ignored += [Ignored(definition, each["message_id"], each["reason"]) for each in told["ignored"]]
