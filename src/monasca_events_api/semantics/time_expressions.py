"""Time expressions, e.g. ``day($timestamp - 1d)`` or ``$launched_at to $launched_at + 1h`` (semantics 2)."""

from dataclasses import dataclass
from datetime import datetime

from monasca_events_api.semantics.iso_dates import format_date
from monasca_events_api.semantics.time_arithmetic import TimeRange
from monasca_events_api.semantics.time_expression_parser import LONGEST, NotATimeExpression, parse_term
from monasca_events_api.semantics.time_terms import Dates, NoDate, Term

__all__ = ["LONGEST", "Dates", "NotATimeExpression", "TimeExpression", "parse"]


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A whole expression, compiled once and asked of every event."""

    text: str
    term: Term

    def holds(self, instant: datetime, dates: Dates) -> bool:
        """Say whether *instant* is, or lies in, what the expression gives for an event with *dates*.

        Where it gives no date (none of that name, the 31st of June) nothing matches.
        """
        try:
            value = self.term.value(dates)
        except (ValueError, OverflowError):
            return False
        return value.holds(instant) if isinstance(value, TimeRange) else value == instant

    def told(self, dates: Dates) -> str:
        """Say in words what the expression gives for an event with *dates*."""
        try:
            value = self.term.value(dates)
        except NoDate as missing:
            return f"no date {missing}"
        except (ValueError, OverflowError):
            return "no such date"
        if isinstance(value, TimeRange):
            return f"from {format_date(value.begin)} to before {format_date(value.end)}"
        return format_date(value)


def parse(text: str) -> TimeExpression:
    """Compile a time expression.

    Raises NotATimeExpression, whose text begins with ``Not a time expression: column N: `` (from 1).
    """
    return TimeExpression(text, parse_term(text))
