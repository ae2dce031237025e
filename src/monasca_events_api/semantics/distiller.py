"""Notifications to events, as a specification has it (semantics 1, Transform).

``distil_problems`` says in words why a notification became what it became.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from monasca_events_api.semantics.compiled_traits import CompiledTrait, NotDistilledError, compile_trait
from monasca_events_api.semantics.described_values import described
from monasca_events_api.semantics.event_types import Selector, Selectors
from monasca_events_api.semantics.events import LONGEST_EVENT_TYPE, TENANT_ID
from monasca_events_api.semantics.field_path_evaluator import Finder, finder
from monasca_events_api.semantics.field_path_matches import Walk
from monasca_events_api.semantics.iso_dates import format_date, parse_date
from monasca_events_api.semantics.specification import EventDefinition, Specification
from monasca_events_api.semantics.time_limit import TimeLimit, no_limit
from monasca_events_api.semantics.trait_definitions import TraitDefinition
from monasca_events_api.semantics.trait_types import what_it_takes

Now = TypeVar("Now", datetime, None)

DEFAULT_TRAITS = (
    TraitDefinition("service", ("publisher_id",)),
    TraitDefinition("request_id", ("_context_request_id",)),
    TraitDefinition("tenant_id", ("payload.tenant_id", "_context_tenant")),
)
"""Every event has them, unless a definition has a trait of the same name."""


@dataclass(frozen=True, slots=True)
class Distilled:
    """What became of a notification.

    *matched* is the index of the event definition used, or None; *event* the distilled event, or
    None; *error* says why a notification cannot be converted. Neither event nor error: dropped.
    """

    matched: int | None = None
    event: dict[str, Any] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CompiledDefinition:
    """An event definition, ready to run; *traits* has the default traits too, and they come first."""

    patterns: tuple[str, ...]
    selects: Selector
    traits: tuple[CompiledTrait, ...]


class Transform:
    """A compiled specification; ``compile_transform`` makes it. Threads may share one."""

    def __init__(self, definitions: tuple[CompiledDefinition, ...]) -> None:
        self.definitions = definitions
        last_first: dict[Selector, int] = {}
        for index in reversed(range(len(definitions))):
            # Of definitions with the same patterns the last alone can match.
            last_first.setdefault(definitions[index].selects, index)
        self._last_first = tuple(last_first.items())

    def distil(self, notification: Any, now: datetime, time_limit: TimeLimit = no_limit) -> Distilled:
        """Make the event of *notification* (JSON data), or drop it, or say why it is an error.

        *now* (aware) is the time of processing, for a notification without a timestamp. What is no
        object is an error, and so is one in which the paths look at more than MOST_VISITS values.
        """
        matched = None
        try:
            event_type, message_id = envelope(notification)
            matched = self.matching(event_type)
            if matched is None:
                return Distilled()
            when = format_date(instant(notification, now))
            event = _traits(self.definitions[matched].traits, notification, Walk(time_limit))
        except NotDistilledError as error:
            return Distilled(matched, error=str(error))
        event.update(event_type=event_type, message_id=message_id, when=when, timestamp=when)
        if notification.get(TENANT_ID) is not None:
            event[TENANT_ID] = notification[TENANT_ID]
        return Distilled(matched, event)

    def matching(self, event_type: str) -> int | None:
        """Give the index of the event definition that counts: the last that selects *event_type*."""
        for selects, index in self._last_first:
            if selects(event_type):
                return index
        return None


def compile_transform(specification: Specification) -> Transform:
    """Compile *specification*, once for any number of notifications."""
    compiler = _Compiler()
    return Transform(tuple(map(compiler.definition, specification.definitions)))


def envelope(notification: Any) -> tuple[str, str]:
    """Give event type and message id; raises NotDistilledError where one is missing."""
    if not isinstance(notification, dict):
        raise NotDistilledError(f"A notification must be an object, this is {described(notification)}")
    for key in ("event_type", "message_id"):
        value = notification.get(key)
        if value is None:
            raise NotDistilledError(f"{key}: missing, and no event can do without it")
        if not isinstance(value, str):
            raise NotDistilledError(f"{key}: {described(value)} is not a text")
    # Patterns are matched in a time that grows with it, and a preview takes whatever it is sent.
    if len(notification["event_type"]) > LONGEST_EVENT_TYPE:
        raise NotDistilledError(f"event_type: longer than {LONGEST_EVENT_TYPE} characters")
    return notification["event_type"], notification["message_id"]


def instant(notification: dict[str, Any], now: Now) -> datetime | Now:
    """Give the time of a notification, or *now* if it says none; raises NotDistilledError for no date."""
    key = "timestamp" if "timestamp" in notification else "_context_timestamp"
    stated = notification.get(key)
    if not stated:
        return now
    try:
        if isinstance(stated, str):
            return parse_date(stated)
    except ValueError:
        pass
    raise NotDistilledError(f"{key}: {described(stated)} is not a date ({what_it_takes('datetime')})")


def stated_time(notification: Any) -> datetime | None:
    """Return the time that *notification* gives for itself, None where it gives none or no date."""
    try:
        return instant(notification, None) if isinstance(notification, dict) else None
    except NotDistilledError:
        return None


def _traits(traits: tuple[CompiledTrait, ...], notification: dict[str, Any], walk: Walk) -> dict[str, Any]:
    values = {}
    for trait in traits:
        value = trait.value(notification, walk)
        if value is not None:
            values[trait.definition.name] = value
    return values


class _Compiler:
    """Compiles definitions. What an alias repeats in hundreds of them is compiled once."""

    def __init__(self) -> None:
        self._finders: dict[str, Finder] = {}
        self._selectors = Selectors()

    def definition(self, definition: EventDefinition) -> CompiledDefinition:
        patterns = definition.patterns
        names = {trait.name for trait in definition.traits}
        defaults = [trait for trait in DEFAULT_TRAITS if trait.name not in names]
        traits = tuple(map(self._trait, (*defaults, *definition.traits)))
        return CompiledDefinition(patterns, self._selectors.of(patterns), traits)

    def _trait(self, definition: TraitDefinition) -> CompiledTrait:
        return compile_trait(definition, tuple(map(self._finder, definition.fields)))

    def _finder(self, text: str) -> Finder:
        if text not in self._finders:
            self._finders[text] = finder(text)
        return self._finders[text]
