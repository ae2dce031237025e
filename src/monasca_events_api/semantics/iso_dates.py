"""Dates as notifications and criteria write them: ISO 8601, all brought to UTC (semantics 1, The event)."""

import re
from datetime import UTC, datetime

import iso8601

# Digits one by one, and nothing given back (`?+`): a quarter faster, and each event posted is held against it. From
# Python 3.14 on its own reader takes 24:00 for the next day's begin; the package never does.
_USUAL = re.compile(
    r"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T](?!24)[0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
    r"(?:\.[0-9]{1,6}+)?+(Z|[+-][0-9][0-9]:[0-9][0-9])?+"
)
_BEYOND_MICROSECONDS = re.compile(r"([.,][0-9]{6})[0-9]+")
_LONGEST = 1000


def parse_date(text: str) -> datetime:
    """Read *text* as the ``iso8601`` package does: a year alone up to microseconds (more digits are cut).

    The result is aware and in UTC; *text* without an offset is UTC already. Raises ValueError for
    what is no date, and for one that lies outside the years 1 to 9999 in UTC.
    """
    # Nearly every date is written so, and the package takes ten times as long for it.
    usual = _USUAL.fullmatch(text)
    date = datetime.fromisoformat(text if usual[1] else f"{text}Z") if usual else _unusual(text)
    try:
        return date if date.tzinfo is UTC else date.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error


def _unusual(text: str) -> datetime:
    if len(text) > _LONGEST:
        raise ValueError("a date is not that long")
    # The package rounds a long fraction, up to a whole second that it then refuses.
    return iso8601.parse_date(_BEYOND_MICROSECONDS.sub(r"\1", text))


def format_date(date: datetime) -> str:
    """Write an aware *date* in UTC, e.g. ``2015-07-20T15:44:01.123456+00:00``; no fraction if it is zero."""
    return date.astimezone(UTC).isoformat()
