"""How long a preview may compute, checked within its steps; a processor may take as long as it needs (contract 1.6)."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

TimeLimit: TypeAlias = Callable[[], None]
"""Raises an error of its maker's choice once the time is over; called again and again in work that can be long."""


def no_limit() -> None:
    """Let work go on for as long as it needs."""


def in_time(parts: Iterable[T], time_limit: TimeLimit) -> Iterator[T]:
    """Give each of *parts*, which may be the work of a generator, as long as there is time."""
    for part in parts:
        time_limit()
        yield part
