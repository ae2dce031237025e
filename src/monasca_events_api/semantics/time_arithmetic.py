"""What time expressions come to: instants, ranges and how durations move them (semantics 2).

All instants are aware and in UTC. What has no date (the 31st of June, the year 10 000) raises
ValueError or OverflowError, as datetime does.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, Self

UNITS = ("microsecond", "second", "minute", "hour", "day", "month", "year")
"""The units by size, named as datetime names its parts."""

CALENDAR_UNITS = ("hour", "day", "month", "year")
"""The units that have a function, e.g. ``day``: the whole day around an instant."""

_FIRST = {"year": 1, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0, "microsecond": 0}


class Change(Protocol):
    """What ``+``, ``-`` or ``@`` does to an instant."""

    def apply(self, instant: datetime) -> datetime:
        """Give the changed instant; raise ValueError or OverflowError where there is none."""


@dataclass(frozen=True, slots=True)
class Shift:
    """``+ 1mo 2h`` or ``- 1mo 2h``: the exact part first, then the months, which keep the day."""

    months: int
    rest: timedelta

    @classmethod
    def by(cls, amounts: dict[str, int], sign: int) -> Self:
        """Make a shift by *amounts* of units, forward (*sign* 1) or back (-1)."""
        months = 12 * amounts.get("year", 0) + amounts.get("month", 0)
        exact = {f"{unit}s": amount for unit, amount in amounts.items() if unit not in ("year", "month")}
        return cls(sign * months, sign * timedelta(**exact))

    def apply(self, instant: datetime) -> datetime:
        """Give the instant so much later or earlier."""
        shifted = instant + self.rest
        if not self.months:
            return shifted
        year, month = divmod(12 * shifted.year + shifted.month - 1 + self.months, 12)
        return shifted.replace(year=year, month=month + 1)


@dataclass(frozen=True, slots=True)
class Replacement:
    """``@ 15h 0m``: these parts of an instant are replaced, the others stay."""

    parts: dict[str, int]

    def apply(self, instant: datetime) -> datetime:
        """Give the instant with the parts replaced."""
        return instant.replace(**self.parts)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class TimeRange:
    """All instants from *begin* on, before *end*."""

    begin: datetime
    end: datetime

    def holds(self, instant: datetime) -> bool:
        """Say whether *instant* lies in the range."""
        return self.begin <= instant < self.end

    def changed(self, change: Change) -> Self:
        """Move both ends."""
        return replace(self, begin=change.apply(self.begin), end=change.apply(self.end))


@dataclass(frozen=True, slots=True)
class CalendarRange(TimeRange):
    """The calendar unit around *around*, which it never leaves, however it is changed."""

    around: datetime

    def changed(self, change: Change) -> Self:
        """Move both ends, then the whole by its own length until it holds *around* again."""
        begin, end = change.apply(self.begin), change.apply(self.end)
        length = end - begin
        if length <= timedelta(0):
            # "@" can bring both ends together; timex would look for the right move for ever.
            raise ValueError("the range is empty")
        away = (self.around - begin) // length * length
        return replace(self, begin=begin + away, end=end + away)


def calendar_range(unit: str, around: datetime) -> CalendarRange:
    """Give the whole hour, day, month or year that holds *around*."""
    smaller = UNITS[: UNITS.index(unit)]
    begin = around.replace(**{part: _FIRST[part] for part in smaller})  # type: ignore[arg-type]
    return CalendarRange(begin, Shift.by({unit: 1}, 1).apply(begin), around)
