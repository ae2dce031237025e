"""Trait definitions: all faults of one, and what it says (semantics 1, The event; semantics 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from monasca_events_api.semantics.field_checks import Finding, list_check, mapping_check, with_schema, wrong
from monasca_events_api.semantics.field_path_parser import LONGEST, parse_path
from monasca_events_api.semantics.field_paths import NotAPathError
from monasca_events_api.semantics.plugin_definitions import PLUGIN_SCHEMA, check_plugin, read_plugin
from monasca_events_api.semantics.trait_plugins import Plugin
from monasca_events_api.semantics.trait_types import CONVERTERS

MOST_PATHS = 100
KNOWN_PATHS = 1000
"""How many paths are remembered between definitions: most of these look at the same few fields of a notification."""
_PATH_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST, "format": "field-path"}
_PATHS_SCHEMA = {"type": "array", "items": _PATH_SCHEMA, "minItems": 1, "maxItems": MOST_PATHS}
_TRAIT_SCHEMA = {
    "title": "Trait",
    "description": "The paths at which its value is looked for, its type, and what makes the value of the matches; "
    "or a path alone",
    "anyOf": [
        _PATH_SCHEMA,
        {
            "type": "object",
            "required": ["fields"],
            "properties": {
                "fields": {"anyOf": [_PATH_SCHEMA, _PATHS_SCHEMA]},
                "type": {"type": "string", "enum": [*CONVERTERS], "default": "text"},
                "plugin": PLUGIN_SCHEMA,
            },
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class TraitDefinition:
    """A trait, the paths its value is looked for at, its type, and what makes the value of the matches."""

    name: str
    fields: tuple[str, ...]
    type: str = "text"
    plugin: Plugin | None = None


class TraitReader:
    """Checks and reads trait definitions; a path that stands in many is parsed once."""

    def __init__(self, *, extensions: bool) -> None:
        self._extensions = extensions
        self._path_faults: dict[str, str] = {}
        self._paths = list_check(self._check_path, MOST_PATHS)
        self._mapping = mapping_check(
            {"fields": self._check_fields},
            {"type": _check_type, "plugin": lambda value: check_plugin(value, extensions=extensions)},
        )

    @with_schema(_TRAIT_SCHEMA)
    def check(self, value: Any) -> Iterator[Finding]:
        """Check a mapping or, as an extension, a path in its place."""
        if isinstance(value, dict):
            yield from self._mapping(value)
        elif not self._extensions:
            yield from wrong("Must be a mapping")
        elif isinstance(value, str):
            yield from self._check_path(value)
        else:
            yield from wrong("Must be a mapping or a path")

    def read(self, name: str, value: Any) -> TraitDefinition:
        """Read a *value* that is known to be right."""
        if isinstance(value, str):
            return TraitDefinition(name, (value,))
        fields = (value["fields"],) if isinstance(value["fields"], str) else tuple(value["fields"])
        plugin = read_plugin(value["plugin"]) if "plugin" in value else None
        return TraitDefinition(name, fields, value.get("type", "text"), plugin)

    def _check_fields(self, value: Any) -> Iterator[Finding]:
        if isinstance(value, str):
            yield from self._check_path(value)
        elif isinstance(value, list):
            yield from self._paths(value)
        else:
            yield from wrong("Must be a string or a list of strings")

    def _check_path(self, value: Any) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield from wrong("Must be a string")
            return
        if value not in self._path_faults:
            self._path_faults[value] = self._path_fault(value)
        if self._path_faults[value]:
            yield from wrong(self._path_faults[value])

    def _path_fault(self, text: str) -> str:
        if not text.strip():
            return "Must not be empty"
        if len(text) > LONGEST:
            return f"Longer than {LONGEST} characters"
        return _syntax_fault(text, extensions=self._extensions)


@lru_cache(KNOWN_PATHS)
def _syntax_fault(text: str, *, extensions: bool) -> str:
    try:
        parse_path(text, extensions=extensions)
    except NotAPathError as error:
        return f"Not a path: {error}"
    return ""


def _check_type(value: Any) -> Iterator[Finding]:
    if not isinstance(value, str) or value not in CONVERTERS:
        yield from wrong(f"Unknown type, must be one of {', '.join(CONVERTERS)}")
