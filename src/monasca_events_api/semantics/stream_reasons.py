"""Why an event is in no stream, and what a stream still waits for, in words (contract 1.6)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile
from operator import eq
from typing import Any

from monasca_events_api.semantics import time_expressions
from monasca_events_api.semantics.comparisons import NUMBER_COMPARISONS, is_number
from monasca_events_api.semantics.criteria import Criterion
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.stream_events import StreamEvent

_LONGEST_VALUE = 200
_MOST_PARTS = 5


def why_ignored(definition: StreamDefinition, event: StreamEvent) -> str | None:
    """Say why *definition* puts *event* in no stream; None if it does.

    Of the select criteria the one that came nearest is told, with each thing it wanted and did not find.
    """
    misses = [_Miss(criterion, event) for criterion in definition.select]
    parts: list[str] = []
    if all(misses):
        parts = list(islice(min(misses, key=_Miss.distance).told(), _MOST_PARTS))
    missing = [trait for trait in definition.group_by if not event.has(trait)]
    parts += [f"group_by: {_absence(trait, event)}" for trait in missing]
    return "; ".join(parts) or None


class Waiting:
    """Tells what a stream of *definition* still waits for."""

    def __init__(self, definition: StreamDefinition) -> None:
        # Once for all streams: the criteria of one definition can be megabytes.
        self._wanted = [(criterion, _wanted(criterion)) for criterion in definition.fire_criteria]

    def unmet(self, matched: Sequence[int]) -> list[dict[str, Any]]:
        """List the fire criteria that fewer events match than they want, with both counts."""
        return [
            {"name": criterion.name, "matched": count, "number": criterion.number, "wanted": wanted}
            for (criterion, wanted), count in zip(self._wanted, matched, strict=True)
            if count < criterion.number
        ]


class _Miss:
    """How far a criterion is from matching an event; false if it does match."""

    def __init__(self, criterion: Criterion, event: StreamEvent) -> None:
        self._criterion = criterion
        self._event = event
        self._type_differs = not criterion.selects(event.event_type)
        wanted = zip(criterion.traits, criterion.conditions, strict=True)
        self._traits = [trait for trait, condition in wanted if not condition(event)]

    def __bool__(self) -> bool:
        return self._type_differs or bool(self._traits)

    def distance(self) -> tuple[bool, int, int]:
        """Order misses: a right event type is nearest, then the likest one, then the fewest traits."""
        alike = 0
        if self._type_differs:
            alike = max(_alike(pattern, self._event.event_type) for pattern in self._criterion.patterns)
        return self._type_differs, -alike, len(self._traits)

    def told(self) -> Iterator[str]:
        """Name each thing that the criterion wanted, and what was there."""
        if self._type_differs:
            found, wanted = _shown(self._event.event_type), _shown(self._criterion.event_type)
            yield f"{self._criterion.name}.event_type: {found}, wanted {wanted}"
        for trait in self._traits:
            wanted = self._criterion.traits[trait]
            text = f"{_found(trait, wanted, self._event)}, wanted {_shown(wanted)}"
            yield f"{self._criterion.name}.traits.{trait}: {text}{_computed(wanted, self._event)}"


def _wanted(criterion: Criterion) -> str:
    parts = [f"event_type {_shown(criterion.event_type)}"]
    parts += [f"{trait} {_shown(wanted)}" for trait, wanted in criterion.traits.items()]
    return _cut(", ".join(parts))


def _found(trait: str, wanted: Any, event: StreamEvent) -> str:
    if not event.has(trait):
        return _absence(trait, event)
    value = event.traits[trait]
    if isinstance(wanted, Mapping) and not NUMBER_COMPARISONS.isdisjoint(wanted) and not is_number(value):
        return f"{_shown(value)} is no number"
    if isinstance(wanted, Mapping) and "datetime" in wanted and event.date_of(trait) is None:
        return f"{_shown(value)} is no date"
    return _shown(value)


def _computed(wanted: Any, event: StreamEvent) -> str:
    """Say what a time expression gives for this event."""
    if not isinstance(wanted, Mapping) or "datetime" not in wanted:
        return ""
    return f" ({time_expressions.parse(wanted['datetime']).told(event.date_of)})"


def _alike(pattern: str, event_type: str) -> int:
    """Count the characters from the left that are the same."""
    return sum(takewhile(bool, map(eq, pattern, event_type)))


def _absence(trait: str, event: StreamEvent) -> str:
    return f"no trait {trait}" + (", as a list or an object is none" if trait in event.traits else "")


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value[: _LONGEST_VALUE + 1] if isinstance(value, str) else value, ensure_ascii=False)
    except ValueError:
        # An integer of more digits than Python writes in decent time.
        return "a very long number"
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
