"""What has been found on the way through a notification, and how far the way may go (semantics 1, Paths)."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from monasca_events_api.semantics.time_limit import TimeLimit, no_limit

MOST_VISITS = 250_000
"""As many values of a notification are looked at for all its traits together: some 0.1 s of CPU."""

Match: TypeAlias = tuple[Any, "Match | None", str | int]
"""A value, what holds it (None for the root), and under which key or index."""


_VISITS_UNASKED = 5_000
_CHARACTERS_A_VISIT = 40
_DIGITS_A_VISIT = 8
"""To read or write a number takes longer than to go over its text."""
_BITS_A_DIGIT = 3


class TooManyVisitsError(Exception):
    """The paths of an event definition look at more values of a notification than MOST_VISITS."""


class Walk:
    """Counts down the visits of one notification: *left* are those before the time limit is asked again."""

    __slots__ = ("_reserve", "_time_limit", "left")

    def __init__(self, time_limit: TimeLimit = no_limit) -> None:
        self.left = _VISITS_UNASKED
        self._reserve = MOST_VISITS - _VISITS_UNASKED
        self._time_limit = time_limit

    def spend(self, visits: int = 1) -> None:
        """Count *visits*; raises TooManyVisitsError when there were too many."""
        self.left -= visits
        if self.left < 0:
            self._go_on()

    def _go_on(self) -> None:
        self._time_limit()
        more = min(self._reserve, max(_VISITS_UNASKED, -self.left))
        self._reserve -= more
        self.left += more
        if self.left < 0:
            raise TooManyVisitsError

    def spend_on_text(self, length: int) -> None:
        """Count the work on a text of *length* characters."""
        self.spend(1 + length // _CHARACTERS_A_VISIT)

    def spend_on_number(self, length: int) -> None:
        """Count the work of reading or writing a number of *length* characters."""
        self.spend(1 + length // _DIGITS_A_VISIT)

    def weigh(self, value: Any) -> None:
        """Count the work of writing *value* out, before it is done: a list may hold millions."""
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, int):
                self.spend_on_number(item.bit_length() // _BITS_A_DIGIT)
            else:
                self.spend_on_text(len(item) if isinstance(item, str) else 0)
            if isinstance(item, dict):
                self.spend(len(item) + sum(map(len, item)) // _CHARACTERS_A_VISIT)
                waiting.extend(item.values())
            elif isinstance(item, list):
                self.spend(len(item))
                waiting.extend(item)


Step: TypeAlias = Callable[[Match, Match, Walk], Iterator[Match]]
"""Finds the matches from a match (first argument), in document order; the second is the root."""


def location(match: Match, walk: Walk) -> str:
    """Write where *match* lies: keys without quotes and indexes, joined with dots (``a.[0].b``)."""
    segments = []
    holder: Match | None = match
    while holder is not None and holder[1] is not None:
        segments.append(f"[{holder[2]}]" if isinstance(holder[2], int) else holder[2])
        holder = holder[1]
    # Before they are joined: below one long key may lie thousands of values.
    walk.spend(len(segments) + sum(map(len, segments)) // _CHARACTERS_A_VISIT)
    return ".".join(reversed(segments))
