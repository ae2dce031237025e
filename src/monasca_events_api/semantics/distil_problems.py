"""Why a notification became what it became, for a person to mend a definition by (contract 1.6)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import islice
from typing import Any

from monasca_events_api.semantics.compiled_traits import CompiledTrait, NotDistilledError
from monasca_events_api.semantics.described_values import described
from monasca_events_api.semantics.distiller import DEFAULT_TRAITS, CompiledDefinition, Transform, envelope, instant
from monasca_events_api.semantics.event_types import Selector, selector
from monasca_events_api.semantics.field_path_evaluator import key_names
from monasca_events_api.semantics.field_path_matches import TooManyVisitsError, Walk
from monasca_events_api.semantics.field_path_parser import parse_path
from monasca_events_api.semantics.time_limit import TimeLimit, in_time, no_limit

MOST_PROBLEMS = 100
_MOST_SHOWN = 8


class Keeps(IntEnum):
    """What a problem prevents, the gravest first. NOTHING: it is about an event definition that was not used."""

    EVENT = 0
    TRAIT = 1
    NOTHING = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """*trait* is the name of the trait that has no value because of it."""

    keeps: Keeps
    text: str
    trait: str | None = None


class Explainer:
    """Tells the problems of notifications with one transform."""

    def __init__(self, transform: Transform, time_limit: TimeLimit = no_limit) -> None:
        self._transform = transform
        self._time_limit = time_limit
        self._exclusions: dict[str, Selector] = {}
        self._names: dict[str, list[str] | None] = {}

    def problems(self, notification: Any, now: datetime) -> list[str]:
        """Say what keeps *notification* from becoming an event, or a trait from having a value.

        That is: what the notification lacks; which values do not convert; where each path without a value ends;
        which event definitions do not match, and by which pattern. At most 100, the gravest first.
        """
        return [problem.text for problem in islice(self.gravest_first(notification, now), MOST_PROBLEMS)]

    def gravest_first(self, notification: Any, now: datetime) -> Iterator[Problem]:
        """Find all problems, one by one."""
        try:
            event_type, _message_id = envelope(notification)
        except NotDistilledError as error:
            yield Problem(Keeps.EVENT, str(error))
            return
        matched = self._transform.matching(event_type)
        if matched is not None:
            yield from self._of_the_used(self._transform.definitions[matched], notification, now)
        yield from self._of_the_others(event_type, matched)

    def _of_the_used(self, definition: CompiledDefinition, notification: Any, now: datetime) -> Iterator[Problem]:
        try:
            instant(notification, now)
        except NotDistilledError as error:
            yield Problem(Keeps.EVENT, str(error))
        without_value = []
        walk = Walk(self._time_limit)
        for trait in definition.traits:
            try:
                if trait.value(notification, walk) is None and trait.definition not in DEFAULT_TRAITS:
                    without_value.append(trait)
            except NotDistilledError as error:
                yield Problem(Keeps.EVENT, str(error))
        # With a budget of its own: a long explanation could otherwise deny what the event has.
        walk = Walk(self._time_limit)
        for trait in in_time(without_value, self._time_limit):
            name = trait.definition.name
            yield Problem(Keeps.TRAIT, f"traits.{name}: no value, {self._why_none(trait, notification, walk)}", name)

    def _of_the_others(self, event_type: str, matched: int | None) -> Iterator[Problem]:
        for index, definition in enumerate(in_time(self._transform.definitions, self._time_limit)):
            if index == matched:
                continue
            if definition.selects(event_type):
                reason = f"matches too, but definition {matched} is the last that does"
            else:
                reason = self._mismatch(definition.patterns, event_type)
            yield Problem(Keeps.NOTHING, f"definition {index}: {reason}")

    def _mismatch(self, patterns: tuple[str, ...], event_type: str) -> str:
        for pattern in patterns:
            if pattern.startswith("!") and self._excludes(pattern, event_type):
                return f"event_type {described(event_type)} is excluded by {described(pattern)}"
        included = [pattern for pattern in patterns if not pattern.startswith("!")]
        return f"event_type {described(event_type)} does not match {_listed(included, ' or ')}"

    def _excludes(self, pattern: str, event_type: str) -> bool:
        if pattern not in self._exclusions:
            self._exclusions[pattern] = selector([pattern])
        return not self._exclusions[pattern](event_type)

    def _why_none(self, trait: CompiledTrait, notification: Any, walk: Walk) -> str:
        try:
            return self._reason(trait, notification, walk)
        except TooManyVisitsError:
            return "and it takes too long to find out why"

    def _reason(self, trait: CompiledTrait, notification: Any, walk: Walk) -> str:
        plugin = trait.definition.plugin
        matches = list(islice(trait.matches(notification, walk), 3))
        if not matches:
            fields = trait.definition.fields
            reasons = [_where_it_ends(text, self._key_names(text), notification) for text in fields[:_MOST_SHOWN]]
            more = len(fields) - len(reasons)
            return "; ".join([*reasons, f"and {more} more paths"] if more else reasons)
        if plugin is not None and trait.found(notification, walk) is None:
            return plugin.reason(matches)
        return f"the text found is empty, which only a text trait keeps and this is {trait.definition.type}"

    def _key_names(self, text: str) -> list[str] | None:
        if text not in self._names:
            self._names[text] = key_names(parse_path(text))
        return self._names[text]


def _where_it_ends(text: str, names: list[str] | None, notification: Any) -> str:
    if names is None:
        return f"{text} matches nothing but null, if anything"
    value, way = notification, "the notification"
    for depth, name in enumerate(names):
        if not isinstance(value, dict):
            return f"{way} is {described(value)}, which has no keys"
        if name not in value:
            return f"{way} has no key {described(name)} (it has {_listed(value, ', ')})"
        value, way = value[name], ".".join(names[: depth + 1])
    return f"{way} is null"


def _listed(texts: Collection[Any], separator: str) -> str:
    shown = [described(text) for text in islice(texts, _MOST_SHOWN)]
    more = [f"{len(texts) - len(shown)} more"] if len(texts) > len(shown) else []
    return separator.join([*shown, *more]) or "none"
