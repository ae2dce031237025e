"""Event type patterns, as definitions and criteria write them (semantics 1, Which definition)."""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate
from typing import Any, TypeAlias

from monasca_events_api.semantics.field_checks import (
    Finding,
    json_schema,
    list_check,
    text_check,
    with_schema,
    wrong,
)

Selector = Callable[[str], bool]
"""Says whether an event type is selected."""

Matcher: TypeAlias = Callable[[str], re.Match[str] | None]

MOST_CHARACTERS = 4_096
"""Of lists of patterns that become an expression each: Python keeps hundreds of those made last, however long."""
MOST_PATTERNS = 100
LONGEST_PATTERN = 255
_SET = re.compile(r"\[!?(\]?[^\]]*)\]")
_RANGE = re.compile("(.)-(.)", re.DOTALL)

_pattern_text = text_check(LONGEST_PATTERN)


@with_schema({**json_schema(_pattern_text), "not": {"const": "!"}})
def _check_pattern(value: Any) -> Iterator[Finding]:
    if value == "!":
        yield from wrong("Must not be empty")
    elif isinstance(value, str) and len(value) <= LONGEST_PATTERN and _has_reversed_range(value):
        yield from wrong("Must have each range of characters in order, as in [a-z]")
    else:
        yield from _pattern_text(value)


def _has_reversed_range(pattern: str) -> bool:
    """Say whether a set holds one like ``[z-a]``: no character to us, to the consumers of 2015 an error for all."""
    sets = _SET.finditer(pattern, 0, pattern.rfind("]") + 1)
    return any(low > high for each in sets for low, high in _RANGE.findall(each[1]))


_check_list = list_check(_check_pattern, MOST_PATTERNS)


@with_schema({"anyOf": [json_schema(_check_pattern), json_schema(_check_list)]})
def check_patterns(value: Any) -> Iterator[Finding]:
    """Yield what is wrong with an ``event_type``: a pattern, or a list of up to a hundred."""
    if isinstance(value, list):
        yield from _check_list(value)
    elif isinstance(value, str):
        yield from _check_pattern(value)
    else:
        yield from wrong("Must be a string or a list of strings")


def selector(patterns: Sequence[str]) -> Selector:
    """Compile *patterns*, e.g. ``["compute.*", "!*.start"]``, into a test of event types.

    Case counts and ``*`` crosses dots. One ``!`` pattern that matches excludes, wherever it stands;
    exclusions alone select all the rest.
    """
    return Selectors().of(tuple(patterns))


class Selectors:
    """Compiles the lists of patterns of one specification, in a time that the length of its text bounds.

    A list as one expression is matched fastest. But by aliases 65 536 characters can hold lists of millions,
    so there is an end to it: after MOST_CHARACTERS each pattern is compiled by itself, once.
    """

    def __init__(self) -> None:
        self._characters = 0
        self._lists: dict[tuple[str, ...], Selector] = {}
        self._patterns: dict[str, Matcher] = {}

    def of(self, patterns: tuple[str, ...]) -> Selector:
        """Give the selector of *patterns*, for the same patterns the same one."""
        found = self._lists.get(patterns)
        if found is None:
            self._characters += sum(map(len, patterns))
            any_of = _any_of if self._characters <= MOST_CHARACTERS else self._each_of
            found = self._lists[patterns] = _selector(patterns, any_of)
        return found

    def _each_of(self, patterns: Sequence[str]) -> Matcher | None:
        matchers = [self._matcher(pattern) for pattern in patterns]
        if not matchers:
            return None
        return lambda event_type: next(filter(None, (matcher(event_type) for matcher in matchers)), None)

    def _matcher(self, pattern: str) -> Matcher:
        if pattern not in self._patterns:
            self._patterns[pattern] = re.compile(translate(pattern)).match
        return self._patterns[pattern]


def _selector(patterns: Sequence[str], any_of: Callable[[Sequence[str]], Matcher | None]) -> Selector:
    excluded = any_of([pattern[1:] for pattern in patterns if pattern.startswith("!")])
    included = any_of([pattern for pattern in patterns if not pattern.startswith("!")])
    if excluded is None and included is None:
        return lambda _event_type: False
    if excluded is None:
        return lambda event_type: included(event_type) is not None  # type: ignore[misc]
    if included is None:
        return lambda event_type: excluded(event_type) is None
    return lambda event_type: included(event_type) is not None and excluded(event_type) is None


def _any_of(patterns: Sequence[str]) -> Matcher | None:
    # fnmatchcase compiles the same expressions, but keeps only the last few hundred of them.
    return re.compile("|".join(map(translate, patterns))).match if patterns else None
