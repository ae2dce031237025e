"""JSON's own types for colander, whose own take ``"7"`` for an integer and ``null`` for a text (contract 1.4)."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import colander
from colander import Invalid, SchemaNode, drop, null

from monasca_events_api.semantics.faults import MOST_FAULTS, Fault
from monasca_events_api.settings import Settings

KIND_OF = {str: "a string", int: "an integer", bool: "a boolean", list: "a list", dict: "a mapping"}


class Exactly(colander.SchemaType):
    """A JSON value of one Python type, taken as it is."""

    def __init__(self, python_type: type) -> None:
        self.python_type = python_type

    def deserialize(self, node: SchemaNode, cstruct: Any) -> Any:
        """Return *cstruct*. Raises Invalid when it is of another type."""
        # type(), not isinstance(): to Python true is an integer.
        if cstruct is not null and type(cstruct) is not self.python_type:
            raise Invalid(node, f"Must be {KIND_OF[self.python_type]}")
        return cstruct


class Checked(colander.SchemaType):
    """A value that a function of ``semantics`` checks; *check* returns faults with names relative to it."""

    def __init__(self, check: Callable[[Any], Iterable[Fault]]) -> None:
        self.check = check

    def deserialize(self, node: SchemaNode, cstruct: Any) -> Any:
        """Return *cstruct*. Raises NestedFaults when *check* finds any."""
        if cstruct is not null and (faults := list(islice(self.check(cstruct), MOST_FAULTS))):
            raise NestedFaults(node, faults)
        return cstruct


class Configured(colander.SchemaType):
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

    def faults_and_fields(self, body: Any, settings: Settings) -> tuple[list[Fault], dict[str, Any]]:
        """Check *body* and return every fault of it, and the fields with the defaults filled in."""
        if type(body) is not dict:
            return [Fault("", "Must be an object")], {}
        known = {node.name for node in self.children}
        faults = [Fault(name, "Unknown key") for name in body if name not in known and name not in self.ignored]
        fields: dict[str, Any] = {}
        for node in self.children:
            try:
                value = self._field(node, body.get(node.name, null), settings)
                if value is not drop:
                    fields[node.name] = value
            except Invalid as invalid:
                faults += _faults(node.name, invalid)
        return faults, fields


    def _field(self, node: SchemaNode, value: Any, settings: Settings) -> Any:
        if isinstance(node.typ, Configured) and value is not null:
            return node.typ.check(node, value, settings)
        return node.deserialize(value)


def length(least: int, most: int) -> Callable[[SchemaNode, str], None]:
    """Return a validator of a text's length in characters."""

    def validate(node: SchemaNode, value: str) -> None:
        if len(value) < least:
            raise Invalid(node, "Must not be empty")
        if len(value) > most:
            raise Invalid(node, f"Longer than {most} characters")

    return validate


def between(least: int, most: int) -> Callable[[SchemaNode, int], None]:
    """Return a validator of a number's range."""

    def validate(node: SchemaNode, value: int) -> None:
        if not least <= value <= most:
            raise Invalid(node, f"Must be from {least} to {most}")

    return validate


def _faults(name: str, invalid: Invalid) -> list[Fault]:
    if isinstance(invalid, NestedFaults):
        return [Fault(f"{name}.{each.name}" if each.name else name, each.description) for each in invalid.faults]
    return [Fault(name, str(invalid.msg))]
