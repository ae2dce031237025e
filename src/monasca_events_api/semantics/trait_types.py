"""The types a trait can have, and what each takes (semantics 1, The event)."""

import math
import re
from collections.abc import Callable
from typing import Any

from monasca_events_api.semantics.iso_dates import format_date, parse_date

Converter = Callable[[Any], Any]
"""Takes a value of a notification, never None; raises ValueError for one that does not convert."""

# Nothing is given back (`++`): of thousands of digits before a letter none is tried again.
_INTEGER = re.compile(r"[+-]?[0-9]++")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
# Python reads no integer of more than 4 300 digits.
_LONGEST_NUMBER = 5000
_TAKES = {
    "text": "text takes everything that Python can write out",
    "int": "int takes numbers, booleans and text of digits with an optional sign",
    "float": "float takes finite numbers, booleans and decimal text with an optional exponent",
    "datetime": "datetime takes ISO 8601 text, year alone to microseconds, as 2015-07-20T15:44:01+00:00",
}


def to_text(value: Any) -> str:
    """Write any value as Python 3's ``str()`` does: ``True``, ``1.0``, lists and objects as their repr."""
    if isinstance(value, str):
        return value
    try:
        return str(value)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def to_int(value: Any) -> int:
    """Cut a number towards zero, count a boolean as 1 or 0, read text of an optional sign and digits."""
    if isinstance(value, str):
        return int(_matching(_INTEGER, value))
    try:
        return int(_number(value))
    except OverflowError as error:
        raise ValueError("infinite") from error


def to_float(value: Any) -> float:
    """Take a number or boolean, or read decimal text; what JSON cannot carry (infinite) is refused."""
    try:
        number = float(_matching(_DECIMAL, value) if isinstance(value, str) else _number(value))
    except OverflowError as error:
        raise ValueError("too large") from error
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def to_datetime(value: Any) -> str:
    """Read ISO 8601 text and write it in UTC, e.g. ``2015-07-20T15:44:01.123456+00:00``."""
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004 - one error for all that does not convert
    return format_date(parse_date(value))


CONVERTERS: dict[str, Converter] = {
    "text": to_text,
    "int": to_int,
    "float": to_float,
    "datetime": to_datetime,
}


def what_it_takes(type_name: str) -> str:
    """Say in words what a type takes, for who wonders why a value did not convert."""
    return _TAKES[type_name]


def number_in(text: str) -> int | float | None:
    """Read *text* as a number if it is one for ``int`` or ``float``."""
    for convert in (to_int, to_float):
        try:
            return convert(text)
        except ValueError:
            continue
    return None


def _matching(pattern: re.Pattern[str], text: str) -> str:
    # Python's own readers take more: `1_000`, digits of other scripts, `nan`, `infinity`.
    stripped = text.strip() if len(text) <= _LONGEST_NUMBER else ""
    if not pattern.fullmatch(stripped):
        raise ValueError("not a number")
    return stripped


def _number(value: Any) -> int | float:
    if not isinstance(value, int | float):
        raise ValueError("not a number")  # noqa: TRY004 - one error for all that does not convert
    return value
