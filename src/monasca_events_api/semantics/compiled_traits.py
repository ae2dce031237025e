"""Trait definitions, compiled: from a notification to the value of a trait (semantics 1, The event)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from monasca_events_api.semantics.described_values import described
from monasca_events_api.semantics.field_path_evaluator import Finder
from monasca_events_api.semantics.field_path_matches import Match, TooManyVisitsError, Walk
from monasca_events_api.semantics.trait_definitions import TraitDefinition
from monasca_events_api.semantics.trait_plugins import Plugin
from monasca_events_api.semantics.trait_types import CONVERTERS, what_it_takes

_A = {"text": "text", "int": "an int", "float": "a float", "datetime": "a datetime"}


class NotDistilledError(Exception):
    """A notification is an error as a whole; says where and why, with the value."""


@dataclass(frozen=True, slots=True)
class CompiledTrait:
    """A trait definition, ready to run: *found* gives the value before it is converted, or None."""

    definition: TraitDefinition
    found: Callable[[Any, Walk], Any]
    convert: Callable[[Any], Any]
    finders: tuple[Finder, ...]

    def value(self, notification: Any, walk: Walk) -> Any:
        """Give the value, converted; None if the trait is left out.

        Raises NotDistilledError for a value that does not convert and for too long a *walk*.
        """
        try:
            return self._converted(self.found(notification, walk), walk)
        except TooManyVisitsError:
            reason = "its paths look at too many values of this notification"
        except ValueError:
            reason = "what it splits cannot be written out"
        raise NotDistilledError(f"traits.{self.definition.name}: {reason}")

    def matches(self, notification: Any, walk: Walk) -> Iterator[Match]:
        """Find the matches of all paths, in the order of the paths, as long as one asks for more."""
        return _matches(self.finders, notification, walk)

    def _converted(self, value: Any, walk: Walk) -> Any:
        kind = self.definition.type
        if value is None or (value == "" and kind != "text"):
            return None
        try:
            if kind == "text":
                walk.weigh(value)
            converted = self.convert(value)
        except ValueError:
            reason = f"{described(value)} is not {_A[kind]} ({what_it_takes(kind)})"
            raise NotDistilledError(f"traits.{self.definition.name}: {reason}") from None
        if kind == "text" and isinstance(value, list | dict):
            # Its texts are escaped, and up to ten times as long as they were.
            walk.spend_on_text(len(converted))
        return converted


def compile_trait(definition: TraitDefinition, finders: tuple[Finder, ...]) -> CompiledTrait:
    """Compile *definition*, whose paths are compiled to *finders*, in their order."""
    if definition.plugin is not None:
        found = _by_plugin(definition.plugin, finders)
    else:
        found = finders[0].first if len(finders) == 1 else _first_of(finders)
    return CompiledTrait(definition, found, CONVERTERS[definition.type], finders)


def _matches(finders: tuple[Finder, ...], notification: Any, walk: Walk) -> Iterator[Match]:
    for finder in finders:
        yield from finder.matches(notification, walk)


def _first_of(finders: tuple[Finder, ...]) -> Callable[[Any, Walk], Any]:
    firsts = [finder.first for finder in finders]

    def found(notification: Any, walk: Walk) -> Any:
        for first in firsts:
            value = first(notification, walk)
            if value is not None:
                return value
        walk.spend()
        return None

    return found


def _by_plugin(plugin: Plugin, finders: tuple[Finder, ...]) -> Callable[[Any, Walk], Any]:
    def found(notification: Any, walk: Walk) -> Any:
        return plugin.value(_matches(finders, notification, walk), walk)

    return found
