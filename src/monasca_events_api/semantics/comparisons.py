"""What a criterion says of one trait: a value, or a comparison such as ``{"int": "> 3"}`` (semantics 2; 3).

Checked and compiled here. A compiled condition is asked with an event, whose ``traits`` are its
top-level keys and whose ``date_of`` reads one of them as a date.
"""

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from monasca_events_api.semantics import time_expressions
from monasca_events_api.semantics.field_checks import Finding, with_schema, within, wrong
from monasca_events_api.semantics.time_expressions import LONGEST, NotATimeExpression, TimeExpression

NAMES = ("int", "float", "string", "text", "datetime")

_NUMBER = {
    "int": re.compile(r"[ \t\n\r\f\v]*(?:([=<>])[ \t\n\r\f\v]+)?([+-]?[0-9]+)[ \t\n\r\f\v]*"),
    "float": re.compile(
        r"[ \t\n\r\f\v]*(?:([=<>])[ \t\n\r\f\v]+)?"
        r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[ \t\n\r\f\v]*"
    ),
}
NUMBER_COMPARISONS = _NUMBER.keys()
_NUMBER_FAULT = {
    "int": "Must be a number or =, < or >, a space and an integer",
    "float": "Must be a number or =, < or >, a space and a number",
}
_LONGEST_NUMBER = 400
"""Characters of a number as text: more than any float has, and few enough to be read at once."""
_OPERATORS: dict[str | None, Callable[[Any, Any], bool]] = {
    None: operator.eq,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}


class TraitSource(Protocol):
    """What a condition asks: an event."""

    @property
    def traits(self) -> Mapping[str, Any]:
        """The top-level keys."""

    def date_of(self, name: str) -> datetime | None:
        """Give the date that a trait holds, or None."""


Condition: TypeAlias = Callable[[TraitSource], bool]


def _number_schema(name: str, json_type: str) -> dict[str, Any]:
    text = {
        "type": "string",
        # No pattern can say that a number is within the range of a double.
        "format": "finite-number",
        "maxLength": _LONGEST_NUMBER,
        "pattern": f"^(?:{_NUMBER[name].pattern})$",
    }
    return {"anyOf": [{"type": json_type}, text]}


_COMPARISON = {
    "int": _number_schema("int", "integer"),
    "float": _number_schema("float", "number"),
    "string": {"type": "string"},
    "text": {"type": "string"},
    "datetime": {"type": "string", "format": "time-expression", "maxLength": LONGEST},
}


@with_schema(
    {
        "anyOf": [
            {"type": ["string", "number", "boolean", "null"]},
            {
                "title": "Comparison",
                "description": "One of them: `=`, `<` or `>`, a blank and a number; a text; or a time expression",
                "type": "object",
                "properties": _COMPARISON,
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ]
    }
)
def check_trait(value: Any) -> Iterator[Finding]:
    """Yield what is wrong with what a criterion says of a trait."""
    if isinstance(value, dict):
        yield from _check_comparison(value)
    elif not _is_scalar(value):
        yield from wrong("Must be a value or a comparison")


def compile_trait(trait: str, value: Any) -> Condition:
    """Compile what a criterion says of *trait*; *value* has passed the check."""
    if not isinstance(value, dict):
        return _equality(trait, value)
    ((name, wanted),) = value.items()
    if name == "datetime":
        return _date_condition(trait, time_expressions.parse(wanted))
    if name in _NUMBER:
        return _number_condition(trait, *_read_number(name, wanted))
    return _equality(trait, wanted)


def characters_to_read(value: Any) -> int:
    """Count the characters of the time expression in what a criterion says of a trait."""
    expression = value.get("datetime") if isinstance(value, dict) else None
    # One that is too long is refused unread.
    return len(expression) if isinstance(expression, str) and len(expression) <= LONGEST else 0


def is_number(value: Any) -> bool:
    """Say whether a trait is a number to a criterion."""
    # type(), not isinstance(): True is an int to Python.
    return type(value) in (int, float)


def _check_comparison(comparison: dict[Any, Any]) -> Iterator[Finding]:
    if len(comparison) != 1:
        yield from wrong(f"Must have exactly one of {', '.join(NAMES)}")
        return
    ((name, wanted),) = comparison.items()
    if name not in NAMES:
        yield from within(name, wrong(f"Unknown comparison, must be one of {', '.join(NAMES)}"))
    elif name in _NUMBER:
        try:
            _read_number(name, wanted)
        except ValueError:
            yield from within(name, wrong(_NUMBER_FAULT[name]))
    elif name == "datetime":
        yield from within(name, _check_time_expression(wanted))
    elif not isinstance(wanted, str):
        yield from within(name, wrong("Must be a string"))


def _check_time_expression(wanted: Any) -> Iterator[Finding]:
    if not isinstance(wanted, str):
        yield from wrong(str(NotATimeExpression(1, "must be a string")))
        return
    try:
        time_expressions.parse(wanted)
    except NotATimeExpression as error:
        yield from wrong(str(error))


def _is_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


def _read_number(name: str, wanted: Any) -> tuple[Callable[[Any, Any], bool], int | float]:
    """Read an ``int`` or ``float`` comparison; raise ValueError for what is none."""
    if type(wanted) is int or (type(wanted) is float and name == "float" and math.isfinite(wanted)):
        return operator.eq, wanted
    if not isinstance(wanted, str) or len(wanted) > _LONGEST_NUMBER:
        raise ValueError("no text of a number")
    match = _NUMBER[name].fullmatch(wanted)
    if match is None:
        raise ValueError(wanted)
    number = int(match[2]) if name == "int" else float(match[2])
    if isinstance(number, float) and math.isinf(number):
        raise ValueError(wanted)
    return _OPERATORS[match[1]], number


def _equality(trait: str, wanted: Any) -> Condition:
    if isinstance(wanted, str):
        return lambda event: event.traits.get(trait) == wanted
    if isinstance(wanted, bool):
        return lambda event: event.traits.get(trait) is wanted
    if wanted is None:
        return lambda event: event.traits.get(trait, ...) is None
    return _number_condition(trait, operator.eq, wanted)


def _number_condition(trait: str, compare: Callable[[Any, Any], bool], number: float) -> Condition:
    def holds(event: TraitSource) -> bool:
        value = event.traits.get(trait)
        return is_number(value) and compare(value, number)

    return holds


def _date_condition(trait: str, expression: TimeExpression) -> Condition:
    def holds(event: TraitSource) -> bool:
        date = event.date_of(trait)
        return date is not None and expression.holds(date, event.date_of)

    return holds
