"""Specifications of transforms: all faults of one, and what it says (semantics 1, Transform; semantics 3).

``distiller`` compiles what is read here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from monasca_events_api.semantics.event_types import check_patterns
from monasca_events_api.semantics.events import LONGEST_TRAIT_NAME, TENANT_ID
from monasca_events_api.semantics.faults import MOST_FAULTS, Fault, InvalidDefinition, dotted
from monasca_events_api.semantics.field_checks import (
    Check,
    Finding,
    json_schema,
    list_check,
    mapping_check,
    text_check,
    with_schema,
    within,
    wrong,
)
from monasca_events_api.semantics.json_lists import check_json
from monasca_events_api.semantics.published_specification import ReadText
from monasca_events_api.semantics.trait_definitions import TraitDefinition, TraitReader
from monasca_events_api.semantics.yaml_reader import MOST_CHARACTERS, read_yaml

MOST_DEFINITIONS = 500
MOST_TRAITS = 500
RESERVED = ("event_type", "message_id", "timestamp", "when", TENANT_ID)


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """Which event types, by patterns, and which traits an event of them has."""

    patterns: tuple[str, ...]
    traits: tuple[TraitDefinition, ...]


@dataclass(frozen=True, slots=True)
class Specification:
    """A specification that is known to be right; the last definition that matches counts."""

    definitions: tuple[EventDefinition, ...]


def parse(specification: str | list[Any], *, extensions: bool = True) -> Specification:
    """Read YAML text, or a JSON list in its place.

    Without *extensions* every EXT rule of semantics 1 is an error. Raises InvalidDefinition with all
    faults (the first 100), their names beginning with ``specification``.
    """
    if isinstance(specification, str):
        content = read_yaml(specification)
    else:
        check_json(specification)
        content = specification
    return _checking_reader(content, extensions=extensions).read(content)


def checked_text(specification: str | list[Any], *, extensions: bool = True) -> str:
    """Give the text that is kept, see ``as_text``, of what ``parse`` finds right.

    It knows what it says, so that ``published_specification`` need not read it again. Raises what ``parse`` raises.
    """
    if isinstance(specification, str):
        text = ReadText.read(specification)
        _checking_reader(text.content, extensions=extensions)
        return text
    text_of_list = as_text(specification)
    _checking_reader(specification, extensions=extensions)
    return text_of_list


def as_text(specification: str | list[Any]) -> str:
    """Give the text that is kept: *specification* itself, or the JSON text of a list, which is YAML too.

    Raises InvalidDefinition for a list that is too long, too deep or has too many nodes.
    """
    return specification if isinstance(specification, str) else check_json(specification)


def _checking_reader(content: Any, *, extensions: bool) -> "_SpecificationReader":
    reader = _SpecificationReader(extensions=extensions)
    faults = [_fault(finding) for finding in islice(reader.check(content), MOST_FAULTS)]
    if faults:
        raise InvalidDefinition(faults)
    return reader


def _fault(finding: Finding) -> Fault:
    path, description = finding
    return Fault(dotted(["specification", *path]), description)


class _SpecificationReader:
    def __init__(self, *, extensions: bool) -> None:
        self._traits = TraitReader(extensions=extensions)
        definition = mapping_check(
            {"event_type": check_patterns, "traits": self._check_traits},
            {},
            title="EventDefinition",
            description="What is kept of a notification of such a type: traits, by their names",
        )
        self.list = list_check(definition, MOST_DEFINITIONS)

    def check(self, value: Any) -> Iterator[Finding]:
        if not isinstance(value, list):
            return wrong("Must be a list of event definitions")
        return self.list(value)

    def read(self, value: list[dict[str, Any]]) -> Specification:
        return Specification(tuple(map(self._read_definition, value)))

    def _read_definition(self, value: dict[str, Any]) -> EventDefinition:
        patterns = value["event_type"]
        return EventDefinition(
            (patterns,) if isinstance(patterns, str) else tuple(patterns),
            tuple(self._traits.read(name, trait) for name, trait in value["traits"].items()),
        )

    @with_schema(
        {
            "type": "object",
            "maxProperties": MOST_TRAITS,
            "propertyNames": {**json_schema(text_check(LONGEST_TRAIT_NAME)), "not": {"enum": [*RESERVED]}},
            "additionalProperties": json_schema(TraitReader.check),
        }
    )
    def _check_traits(self, value: Any) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield from wrong("Must be a mapping")
        elif len(value) > MOST_TRAITS:
            yield from wrong(f"More than {MOST_TRAITS} items")
        else:
            for name, trait in value.items():
                yield from within(name, _check_trait_name(name))
                yield from within(name, self._traits.check(trait))


_TRAIT_NAME: Check = text_check(LONGEST_TRAIT_NAME)


def _check_trait_name(name: Any) -> Iterator[Finding]:
    yield from _TRAIT_NAME(name)
    if name in RESERVED:
        yield from wrong("Reserved name")


def specification_schema() -> dict[str, Any]:
    """Return what ``parse`` takes, with extensions, in JSON Schema."""
    text = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS, "format": "yaml-specification"}
    return {"anyOf": [text, json_schema(_SpecificationReader(extensions=True).list)]}
