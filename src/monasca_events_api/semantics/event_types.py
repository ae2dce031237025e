"""Event type patterns, as definitions and criteria write them (semantics 1, Which definition)."""

import re
from collections.abc import Callable, Sequence
from fnmatch import translate

Selector = Callable[[str], bool]
"""Says whether an event type is selected."""


def selector(patterns: Sequence[str]) -> Selector:
    """Compile *patterns*, e.g. ``["compute.*", "!*.start"]``, into a test of event types.

    Case counts and ``*`` crosses dots. One ``!`` pattern that matches excludes, wherever it stands;
    exclusions alone select all the rest.
    """
    excluded = _any_of([pattern[1:] for pattern in patterns if pattern.startswith("!")])
    included = _any_of([pattern for pattern in patterns if not pattern.startswith("!")])
    if excluded is None and included is None:
        return lambda event_type: False
    if excluded is None:
        return lambda event_type: included(event_type) is not None  # type: ignore[misc]
    if included is None:
        return lambda event_type: excluded(event_type) is None
    return lambda event_type: included(event_type) is not None and excluded(event_type) is None


def _any_of(patterns: Sequence[str]) -> Callable[[str], re.Match[str] | None] | None:
    # fnmatchcase compiles the same expressions, but keeps only the last few hundred of them.
    return re.compile("|".join(map(translate, patterns))).match if patterns else None
