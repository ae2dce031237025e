"""What a definition would do with some events, before it is live (contract 1.6). Nothing is stored or published."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from monasca_events_api.errors import Fault, Invalid
from monasca_events_api.semantics.distil_problems import Explainer
from monasca_events_api.semantics.distiller import Transform
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.stream_preview import Arrival, NotDistilled, OutOfTime, arrival_of, preview

SECONDS = 2.0
"""How long a preview may compute: no tenant holds a worker longer."""

_LONGEST_REASON = 10_000
"""Characters of why a notification is no event: all reasons are kept to the end, and one can be of a megabyte."""


def time_limit() -> Callable[[], bool]:
    """Return what says, from now on, whether a preview has had its time."""
    ends = time.monotonic() + SECONDS
    return lambda: time.monotonic() > ends


def distilled(
    transform: Transform, notifications: Sequence[Any], out_of_time: Callable[[], bool]
) -> Iterator[dict[str, Any]]:
    """Tell what *transform* makes of each notification, and why. Raises Invalid when out of time."""
    explainer = Explainer(transform)
    now = datetime.now(UTC)
    for notification in notifications:
        if out_of_time():
            raise _too_long()
        made = transform.distil(notification, now)
        problems = explainer.problems(notification, now)
        message_id = notification.get("message_id") if isinstance(notification, dict) else None
        yield {"message_id": message_id, "matched": made.matched, "event": made.event, "problems": problems}


def streams(
    definition: StreamDefinition,
    transform: Transform | None,
    items: Sequence[Any],
    until: datetime | None,
    out_of_time: Callable[[], bool],
) -> dict[str, Any]:
    """Tell the streams that *items* would make. Raises Invalid when out of time.

    An item is a distilled event, or where *transform* is given a raw notification; either as it is, or as
    ``{"received_at": time, "event": ...}``. A notification without a date is processed at what the clock shows then.
    """
    try:
        return preview(definition, _arrivals(items, transform), until=until, out_of_time=out_of_time)
    except OutOfTime:
        raise _too_long() from None


def _arrivals(items: Sequence[Any], transform: Transform | None) -> Iterator[Arrival]:
    if transform is None:
        yield from map(arrival_of, items)
        return
    explainer = Explainer(transform)
    clock: datetime | None = None

    def distil(notification: Any, received_at: datetime | None) -> list[Any]:
        # The time of processing is the processor's: ours only where nothing has said yet what time it is.
        now = _latest(clock, received_at) or datetime.now(UTC)
        event = transform.distil(notification, now).event
        if event is None:
            problems = "; ".join(explainer.problems(notification, now))
            raise NotDistilled(f"transform: {problems[:_LONGEST_REASON]}")
        return [event]

    for item in items:
        arrival = arrival_of(item, distil)
        clock = _latest(clock, *arrival.times)
        yield arrival


def _latest(*times: datetime | None) -> datetime | None:
    return max(filter(None, times), default=None)


def _too_long() -> Invalid:
    return Invalid([Fault("body", "events", f"The preview takes longer than {SECONDS:g} s: send fewer events")])
