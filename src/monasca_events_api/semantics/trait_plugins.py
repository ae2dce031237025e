"""The plugins of trait definitions: what each makes of the matches of a trait's paths (semantics 1, Plugins)."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from monasca_events_api.semantics.described_values import described
from monasca_events_api.semantics.field_path_matches import Match, Walk, location
from monasca_events_api.semantics.iso_dates import parse_date
from monasca_events_api.semantics.trait_types import to_text


@dataclass(frozen=True)
class Split:
    """A piece of the text form of the first match; negative segments count from the end."""

    separator: str = "."
    segment: int = 0
    max_split: int | None = None

    def value(self, matches: Iterator[Match], walk: Walk) -> str | None:
        """Give the piece, or None if there is none. Raises ValueError if the match has no text form."""
        match = next(matches, None)
        if match is None:
            return None
        walk.weigh(match[0])
        most = -1 if self.max_split is None else max(-1, min(self.max_split, sys.maxsize))
        pieces = to_text(match[0]).split(self.separator, most)
        return pieces[self.segment] if -len(pieces) <= self.segment < len(pieces) else None

    def reason(self, matches: Iterable[Match]) -> str:
        """Say why there was no value although something matched."""
        text = next(iter(matches))[0]
        return f"split at {self.separator[:100]!r}, {to_text(text)[:100]!r} has no segment {self.segment}"


@dataclass(frozen=True)
class Flag:
    """A bit that is set if *path* is among the matches and, with *compares*, its value equals *value*."""

    path: str
    bit: int
    compares: bool = False
    value: Any = None


@dataclass(frozen=True)
class Bitfield:
    """The sum of the flags' bits; always a value, 0 too."""

    initial: int = 0
    flags: tuple[Flag, ...] = ()

    def value(self, matches: Iterator[Match], walk: Walk) -> int:
        """Set the bit of each flag that holds."""
        found = {location(match, walk): match[0] for match in matches}
        field = self.initial
        for flag in self.flags:
            if flag.path in found and (not flag.compares or found[flag.path] == flag.value):
                field |= 1 << flag.bit
        return field

    def reason(self, _matches: Iterable[Match]) -> str:
        """Say why there was no value: a bitfield always has one."""
        return ""


_TWO = 2


@dataclass(frozen=True)
class TimeDelta:
    """EXT: the seconds between two dates."""

    def value(self, matches: Iterator[Match], walk: Walk) -> float | None:
        """Give the absolute difference; None unless there are exactly two matches, both dates."""
        values = [match[0] for match in islice(matches, 3)]
        walk.spend(len(values))
        if len(values) != _TWO or not all(isinstance(value, str) for value in values):
            return None
        try:
            first, second = map(parse_date, values)
        except ValueError:
            return None
        return abs((second - first).total_seconds())

    def reason(self, matches: Iterable[Match]) -> str:
        """Say why there was no value although something matched."""
        values = [match[0] for match in islice(matches, 3)]
        if len(values) != _TWO:
            return f"timedelta takes two dates, the paths match {'one' if len(values) == 1 else 'more'}"
        return f"timedelta takes two dates, not {' and '.join(map(described, values))}"


@dataclass(frozen=True)
class Map:
    """EXT: the first mapped value that is not null; what is not in *values* maps to *default*."""

    values: dict[Any, Any]
    default: Any = None
    case_sensitive: bool = True

    def __post_init__(self) -> None:
        keys = {self._key(key): value for key, value in self.values.items()}
        object.__setattr__(self, "values", keys)

    def value(self, matches: Iterator[Match], walk: Walk) -> Any:
        """Map the matches, one after the other, until one has a value."""
        for match in matches:
            walk.spend_on_text(len(match[0]) if isinstance(match[0], str) else 0)
            mapped = self._mapped(match[0])
            if mapped is not None:
                return mapped
        return None

    def reason(self, matches: Iterable[Match]) -> str:
        """Say why there was no value although something matched."""
        value, *others = [match[0] for match in islice(matches, 2)]
        if not isinstance(value, list | dict) and self._key(value) in self.values:
            reason = f"map says null for {described(value)}"
        else:
            reason = f"map has no value for {described(value)}, and no default"
        return f"{reason}; the other matches give none either" if others else reason

    def _mapped(self, value: Any) -> Any:
        # A list or an object is no key of any mapping.
        return self.default if isinstance(value, list | dict) else self.values.get(self._key(value), self.default)

    def _key(self, value: Any) -> Any:
        return value if self.case_sensitive or not isinstance(value, str) else value.casefold()


Plugin: TypeAlias = Split | Bitfield | TimeDelta | Map
"""``value`` makes the value of a trait from its matches; it may be None, or raise ValueError."""
