"""JSON's own types for colander, whose own take ``"7"`` for an integer and ``null`` for a text (contract 1.4)."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import colander
from colander import Invalid, SchemaNode, drop, null

from monasca_events_api.semantics.faults import MOST_FAULTS, Fault, dotted
from monasca_events_api.semantics.field_checks import Check, JsonSchema, faults_of, json_schema
from monasca_events_api.settings import Settings

PASSED_OVER: JsonSchema = {"description": "Set by the service; in a request it is passed over"}


class JsonType(colander.SchemaType):
    """A type that can say in JSON Schema what it takes."""

    def json_schema(self, settings: Settings) -> JsonSchema:
        """Return the JSON Schema of what it takes."""
        raise NotImplementedError


class Checked(JsonType):
    """A value that a check of ``semantics`` looks at."""

    def __init__(self, check: Check) -> None:
        self.check = check

    def deserialize(self, node: SchemaNode, cstruct: Any) -> Any:
        """Return *cstruct*. Raises NestedFaults when *check* finds any."""
        if cstruct is not null and (faults := faults_of(self.check, cstruct)):
            raise NestedFaults(node, faults)
        return cstruct

    def json_schema(self, _settings: Settings) -> JsonSchema:
        """Return what the check says."""
        return json_schema(self.check)


class Configured(JsonType):
    """A value whose check depends on the settings."""

    def check(self, node: SchemaNode, value: Any, settings: Settings) -> Any:
        """Return *value* as it is kept. Raises Invalid."""
        raise NotImplementedError

    def deserialize(self, _node: SchemaNode, cstruct: Any) -> Any:
        """Return *cstruct*, which is absent here: colander says what that means."""
        return cstruct


class NestedFaults(Invalid):
    """Faults that already know their place below the node."""

    def __init__(self, node: SchemaNode, faults: Sequence[Fault]) -> None:
        super().__init__(node)
        self.faults = faults


class ClosedMapping(colander.Schema):
    """A JSON object; keys that it does not know are faults like any other, those in *ignored* are passed over."""

    ignored: frozenset[str] = frozenset()
    one_of: tuple[tuple[str, str], ...] = ()
    """Pairs of keys of which exactly one must stand there."""
    not_both: tuple[tuple[str, str], ...] = ()
    """Pairs of keys of which one may stand there."""

    def faults_and_fields(self, body: Any, settings: Settings) -> tuple[list[Fault], dict[str, Any]]:
        """Check *body* and return every fault of it, and the fields with the defaults filled in."""
        if type(body) is not dict:
            return [Fault("", "Must be an object")], {}
        known = {node.name for node in self.children}
        unknown = (name for name in body if name not in known and name not in self.ignored)
        faults = [Fault(dotted([name]), "Unknown key") for name in islice(unknown, MOST_FAULTS)]
        fields: dict[str, Any] = {}
        for node in self.children:
            try:
                value = self._field(node, body.get(node.name, null), settings)
                if value is not drop:
                    fields[node.name] = value
            except Invalid as invalid:
                faults += _faults(node.name, invalid)
        return faults, fields

    def alternatives(self, body: Mapping[str, Any]) -> list[Fault]:
        """Return the faults of keys that exclude each other, or of which one is needed."""
        needed = [pair for pair in self.one_of if not {*pair} & {*body}]
        return [Fault(first, f"Required, or {second}") for first, second in needed] + [
            Fault(second, f"Stands beside {first}: only one of them may")
            for first, second in self.one_of + self.not_both
            if first in body and second in body
        ]

    def json_schema(self, settings: Settings) -> JsonSchema:
        """Return the JSON Schema of such an object."""
        schema: JsonSchema = {
            "title": type(self).__name__,
            "type": "object",
            "required": [node.name for node in self.children if node.required],
            "properties": self.properties(settings) | {name: dict(PASSED_OVER) for name in sorted(self.ignored)},
            "additionalProperties": False,
        }
        either: list[JsonSchema] = [{"oneOf": [{"required": [name]} for name in pair]} for pair in self.one_of]
        either += [{"not": {"required": [*pair]}} for pair in self.not_both]
        return schema | ({"allOf": either} if either else {})

    def patch_schema(self, settings: Settings) -> JsonSchema:
        """Return the JSON Schema of a merge patch: null stands for the default of a field that has one."""
        fields = self.properties(settings)
        for node in self.children:
            if not node.required:
                told = fields[node.name].pop("description", "")
                fields[node.name] = {"description": told, "anyOf": [fields[node.name], {"type": "null"}]}
        passed_over = {name: dict(PASSED_OVER) for name in sorted(self.ignored)}
        return {"type": "object", "properties": fields | passed_over, "additionalProperties": False}

    def properties(self, settings: Settings) -> dict[str, JsonSchema]:
        """Return the JSON Schema of each field."""
        return {node.name: _node_schema(node, settings) for node in self.children}

    def _field(self, node: SchemaNode, value: Any, settings: Settings) -> Any:
        if isinstance(node.typ, Configured) and value is not null:
            return node.typ.check(node, value, settings)
        return node.deserialize(value)


def _node_schema(node: SchemaNode, settings: Settings) -> JsonSchema:
    schema: JsonSchema = node.typ.json_schema(settings)
    # What has a title is described elsewhere, too, where it is no field.
    told: JsonSchema = {"allOf": [schema]} if "title" in schema else dict(schema)
    if node.description:
        told["description"] = node.description
    return told if node.missing is drop or node.required else {**told, "default": node.missing}


def _faults(name: str, invalid: Invalid) -> list[Fault]:
    if isinstance(invalid, NestedFaults):
        return [Fault(f"{name}.{each.name}" if each.name else name, each.description) for each in invalid.faults]
    return [Fault(name, str(invalid.msg))]
