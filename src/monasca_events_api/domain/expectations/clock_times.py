"""Times on the clock of a test: an instant, or how long after the start (``1h 30m``)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from monasca_events_api.semantics.field_checks import Finding, wrong
from monasca_events_api.semantics.iso_dates import format_date, parse_date

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Where a test's clock begins, unless the test says otherwise."""

_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
    "us": timedelta(microseconds=1),
}
_PART = re.compile(r"([0-9]{1,9})\s?(us|ms|[dhms])\s*")
_OFFSET = re.compile(rf"(?:{_PART.pattern})+")


def check_instant(value: object) -> Iterator[Finding]:
    """Check for a date and time."""
    try:
        _instant(value)
    except ValueError:
        yield from wrong("Must be a time like 2015-07-20T15:44:01Z")


def check_time(value: object) -> Iterator[Finding]:
    """Check for a date and time, or an offset."""
    try:
        read_time(value, EPOCH)
    except ValueError:
        yield from wrong("Must be a time like 2015-07-20T15:44:01Z, or one after the start like 1h 30m")


def is_offset(value: object) -> bool:
    """Say whether *value* counts from the start of the clock."""
    return isinstance(value, str) and _OFFSET.fullmatch(value) is not None


def read_time(value: object, start: datetime) -> datetime:
    """Give the instant that *value* names. Raises ValueError if it names none."""
    if isinstance(value, str) and is_offset(value):
        parts = (int(number) * _UNITS[unit] for number, unit in _PART.findall(value))
        try:
            return start + sum(parts, timedelta())
        except OverflowError as error:
            raise ValueError(str(error)) from error
    return _instant(value)


def told_time(instant: datetime, start: datetime | None) -> str:
    """Write *instant* as an offset, where there is a start before it, else as an instant."""
    if start is None or instant < start:
        return format_date(instant)
    rest = instant - start
    parts = []
    for unit, length in _UNITS.items():
        number, rest = divmod(rest, length)
        if number:
            parts.append(f"{number}{unit}")
    return " ".join(parts) or "0s"


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004 - one error for all that is no time
    return parse_date(value)
