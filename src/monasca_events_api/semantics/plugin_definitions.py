"""Plugins as trait definitions name them: all faults, and the plugin that is meant (semantics 1 and 3)."""

from collections.abc import Iterator
from typing import Any

from monasca_events_api.semantics.field_checks import (
    Check,
    Finding,
    anything,
    boolean,
    json_schema,
    mapping_check,
    with_schema,
    within,
    wrong,
)
from monasca_events_api.semantics.trait_plugins import Bitfield, Flag, Map, Plugin, Split, TimeDelta

HIGHEST_BIT = 63
_OF_2015 = ("split", "bitfield")
_EXTENSIONS = ("timedelta", "map")
_LONGEST_BIT = 2
_DIGITS = {"type": "string", "pattern": "^(?:0?[0-9]|[1-5][0-9]|6[0-3])$"}
_VALUES_MISSING: list[Finding] = [(("parameters", "values"), "Required")]


def check_plugin(value: Any, *, extensions: bool) -> Iterator[Finding]:
    """Check the value of ``plugin``: a name, or a mapping of ``name`` and perhaps ``parameters``."""
    known = _OF_2015 + _EXTENSIONS if extensions else _OF_2015

    def check_name(name: Any) -> Iterator[Finding]:
        if not isinstance(name, str) or name not in known:
            yield from wrong(f"Unknown plugin, must be one of {', '.join(known)}")

    if isinstance(value, str):
        yield from check_name(value)
        if value == "map" and value in known:
            yield from _VALUES_MISSING
    elif not isinstance(value, dict):
        yield from wrong("Must be a string or a mapping")
    else:
        name = value.get("name")
        parameters = _PARAMETERS.get(name, _mapping) if isinstance(name, str) else _mapping
        yield from mapping_check({"name": check_name}, {"parameters": _or_null(parameters)})(value)
        if name == "map" and name in known and value.get("parameters") is None:
            yield from _VALUES_MISSING


def read_plugin(value: Any) -> Plugin:
    """Make the plugin of a *value* that is known to be right."""
    name, parameters = (value, None) if isinstance(value, str) else (value["name"], value.get("parameters"))
    parameters = parameters or {}
    if name == "split":
        return Split(**parameters)
    if name == "bitfield":
        flags = tuple(map(_flag, parameters.get("flags", ())))
        return Bitfield(parameters.get("initial_bitfield", 0), flags)
    return Map(**parameters) if name == "map" else TimeDelta()


def _flag(value: dict[str, Any]) -> Flag:
    return Flag(value["path"], int(value["bit"]), "value" in value, value.get("value"))


def _or_null(check: Check) -> Check:
    @with_schema({"anyOf": [{"type": "null"}, json_schema(check)]})
    def or_null(value: Any) -> Iterator[Finding]:
        return iter(()) if value is None else check(value)

    return or_null


@with_schema({"type": "integer"})
def _integer(value: Any) -> Iterator[Finding]:
    # type(), not isinstance(): True is an int to Python, not to JSON.
    if type(value) is not int:
        yield from wrong("Must be an integer")


@with_schema({"type": "integer", "minimum": 0})
def _natural(value: Any) -> Iterator[Finding]:
    if type(value) is not int or value < 0:
        yield from wrong("Must be an integer, 0 or more")


@with_schema({"anyOf": [{"type": "integer", "minimum": 0, "maximum": HIGHEST_BIT}, _DIGITS]})
def _bit(value: Any) -> Iterator[Finding]:
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_BIT
    number = int(value) if is_digits else value
    if type(number) is not int or not 0 <= number <= HIGHEST_BIT:
        yield from wrong(f"Must be an integer from 0 to {HIGHEST_BIT}")


@with_schema({"type": "string"})
def _text(value: Any) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield from wrong("Must be a string")


@with_schema({"type": "string", "minLength": 1})
def _separator(value: Any) -> Iterator[Finding]:
    yield from _text(value)
    if value == "":
        yield from wrong("Must not be empty")


@with_schema({"type": "object"})
def _mapping(value: Any) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield from wrong("Must be a mapping")


@with_schema({"type": "object", "minProperties": 1})
def _values(value: Any) -> Iterator[Finding]:
    yield from _mapping(value)
    if value == {}:
        yield from wrong("Must not be empty")


_FLAG = mapping_check({"path": _text, "bit": _bit}, {"value": anything})


@with_schema({"type": "array", "items": json_schema(_FLAG)})
def _flags(value: Any) -> Iterator[Finding]:
    if not isinstance(value, list):
        yield from wrong("Must be a list")
        return
    for index, flag in enumerate(value):
        yield from within(index, _FLAG(flag))


_PARAMETERS: dict[str, Check] = {
    "split": mapping_check({}, {"separator": _separator, "segment": _integer, "max_split": _or_null(_integer)}),
    "bitfield": mapping_check({}, {"initial_bitfield": _natural, "flags": _flags}),
    "timedelta": mapping_check({}, {}),
    "map": mapping_check({"values": _values}, {"default": anything, "case_sensitive": boolean}),
}


def _plugin_schema(name: str) -> dict[str, Any]:
    parameters = json_schema(_PARAMETERS[name])
    needed = bool(parameters["required"])
    if not needed:
        parameters = {"anyOf": [{"type": "null"}, parameters]}
    return {
        "title": f"{name.capitalize()}Plugin",
        "type": "object",
        "required": ["name", "parameters"] if needed else ["name"],
        "properties": {"name": {"const": name}, "parameters": parameters},
        "additionalProperties": False,
    }


PLUGIN_SCHEMA = {
    "title": "Plugin",
    "description": "What makes the value of all matches, in place of the first: a name, or one with parameters",
    "anyOf": [
        {"type": "string", "enum": [name for name in _PARAMETERS if name != "map"]},
        *map(_plugin_schema, _PARAMETERS),
    ],
}
"""What ``check_plugin`` lets pass with extensions, in JSON Schema."""
