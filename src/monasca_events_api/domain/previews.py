"""What a definition would do with some events, before it is live (contract 1.6). Nothing is stored or published."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from monasca_events_api.errors import Fault, Invalid
from monasca_events_api.semantics.distil_problems import Explainer
from monasca_events_api.semantics.distiller import Transform, stated_time
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.stream_preview import Arrival, NotDistilled, arrival_of, preview
from monasca_events_api.semantics.time_limit import TimeLimit, in_time

SECONDS = 2.0
"""How long a preview may compute: no tenant holds a worker longer."""

_LONGEST_REASON = 10_000
"""Characters of why a notification is no event: all reasons are kept to the end, and one can be of a megabyte."""


def time_limit() -> TimeLimit:
    """Return what raises Invalid once a preview that begins now has had its time."""
    ends = time.monotonic() + SECONDS

    def check() -> None:
        if time.monotonic() > ends:
            raise Invalid([Fault("body", "events", f"The preview takes longer than {SECONDS:g} s: send fewer events")])

    return check


def distilled(transform: Transform, notifications: Sequence[Any], limit: TimeLimit) -> Iterator[dict[str, Any]]:
    """Tell what *transform* makes of each notification, and why. Raises Invalid when out of time."""
    explainer = Explainer(transform, limit)
    now = datetime.now(UTC)
    for notification in in_time(notifications, limit):
        made = transform.distil(notification, now, limit)
        problems = explainer.problems(notification, now)
        message_id = notification.get("message_id") if isinstance(notification, dict) else None
        yield {"message_id": message_id, "matched": made.matched, "event": made.event, "problems": problems}


def streams(
    definition: StreamDefinition,
    transform: Transform | None,
    items: Sequence[Any],
    until: datetime | None,
    limit: TimeLimit,
) -> dict[str, Any]:
    """Tell the streams that *items* would make. Raises Invalid when out of time.

    An item is a distilled event, or where *transform* is given a raw notification; either as it is, or as
    ``{"received_at": time, "event": ...}``. A notification without a date is processed at what the clock shows then.
    """
    return preview(definition, _arrivals(items, transform, limit), until=until, time_limit=limit)


def _arrivals(items: Sequence[Any], transform: Transform | None, limit: TimeLimit) -> Iterator[Arrival]:
    if transform is None:
        yield from map(arrival_of, items)
        return
    explainer = Explainer(transform, limit)
    clock: datetime | None = None

    def distil(notification: Any, received_at: datetime | None) -> list[Any]:
        # The time of processing is the processor's: ours only where nothing has said yet what time it is.
        now = _latest(clock, received_at) or datetime.now(UTC)
        event = transform.distil(notification, now, limit).event
        if event is None:
            problems = "; ".join(explainer.problems(notification, now))
            raise NotDistilled(f"transform: {problems[:_LONGEST_REASON]}", stated_time(notification))
        return [event]

    for item in items:
        arrival = arrival_of(item, distil)
        clock = _latest(clock, *arrival.times)
        yield arrival


def _latest(*times: datetime | None) -> datetime | None:
    return max(filter(None, times), default=None)
