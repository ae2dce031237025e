"""What a time expression is made of, once it is read (semantics 2, Time expressions)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from monasca_events_api.semantics.time_arithmetic import Change, TimeRange, calendar_range

Dates: TypeAlias = Callable[[str], datetime | None]
"""Gives the date that a trait of the event holds, or None."""


class NoDate(ValueError):
    """The event has no date of the name that the expression wants; its text is the name."""


@dataclass(frozen=True, slots=True)
class DateOf:
    """``$name``: a date of the event."""

    name: str

    def value(self, dates: Dates) -> datetime:
        """Give that date; raise NoDate where the event has none."""
        date = dates(self.name)
        if date is None:
            raise NoDate(self.name)
        return date


@dataclass(frozen=True, slots=True)
class ChangedInstant:
    """An instant with ``+``, ``-`` or ``@`` and a duration after it."""

    instant: "Instant"
    change: Change

    def value(self, dates: Dates) -> datetime:
        """Give the changed instant; raise ValueError or OverflowError where there is no such date."""
        return self.change.apply(self.instant.value(dates))


@dataclass(frozen=True, slots=True)
class FromTo:
    """``a to b``."""

    begin: "Instant"
    end: "Instant"
    unit: None = None

    def value(self, dates: Dates) -> TimeRange:
        """Give the range; raise ValueError or OverflowError where there is no such date."""
        return TimeRange(self.begin.value(dates), self.end.value(dates))


@dataclass(frozen=True, slots=True)
class CalendarUnit:
    """``day`` or ``day(...)``: the whole *unit* around an instant."""

    unit: str
    around: "Instant"

    def value(self, dates: Dates) -> TimeRange:
        """Give the range; raise ValueError or OverflowError where there is no such date."""
        return calendar_range(self.unit, self.around.value(dates))


@dataclass(frozen=True, slots=True)
class ChangedSpan:
    """A range with ``+``, ``-`` or ``@`` and a duration after it; *unit* is that of a calendar range."""

    span: "Span"
    change: Change
    unit: str | None

    def value(self, dates: Dates) -> TimeRange:
        """Give the changed range; raise ValueError or OverflowError where there is no such date."""
        return self.span.value(dates).changed(self.change)


Instant: TypeAlias = DateOf | ChangedInstant
Span: TypeAlias = FromTo | CalendarUnit | ChangedSpan
Term: TypeAlias = Instant | Span
