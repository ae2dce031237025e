"""The time that a preview has, looked at within its steps; a processor has as long as it needs (contract 1.6)."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

TimeLimit: TypeAlias = Callable[[], None]
"""Raises what its maker likes once the time is over; asked again and again in work that can be long."""


def no_limit() -> None:
    """Let work go on for as long as it needs."""


def in_time(parts: Iterable[T], time_limit: TimeLimit) -> Iterator[T]:
    """Give each of *parts*, which may be the work of a generator, as long as there is time."""
    for part in parts:
        time_limit()
        yield part
