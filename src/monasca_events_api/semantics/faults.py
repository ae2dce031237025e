"""How a wrong definition is told: every fault by its place and in words (semantics 3)."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_FAULTS = 100
"""A body's faults are listed up to this many; the rest would bury the first."""
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    *name* is the path to it, with dots and list indexes from 0 (``select.0.traits.x``), empty for
    the whole; *description* says what would be right (``Must be a string``).
    """

    name: str
    description: str


def dotted(path: Iterable[str | int]) -> str:
    """Return *path* as the name of a fault."""
    # A key may be as long as the body, and stand in a hundred faults.
    keys = map(str, path)
    return ".".join(key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}…" for key in keys)


class InvalidDefinition(ValueError):
    """A definition that is refused; ``faults`` holds at least one and at most MOST_FAULTS."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)[:MOST_FAULTS]
        super().__init__("; ".join(f"{fault.name}: {fault.description}" for fault in self.faults))
