"""How a filter compares a value with its literal (semantics 1, Paths, EXT)."""

import operator
from collections.abc import Callable
from typing import Any

from monasca_events_api.semantics.trait_types import number_in

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(sign: str | None, literal: str | float | None) -> Callable[[Any], bool]:
    """Compile ``sign literal`` to a test of a value that is not None; without a sign all pass.

    Against a number, text that reads as one counts as one; a value of another kind than the literal
    passes ``!=`` alone.
    """
    if sign is None:
        return lambda _value: True
    compare = _OPERATORS[sign]
    as_kind = _KINDS[type(literal)]

    def holds(value: Any) -> bool:
        comparable = as_kind(value)
        return sign == "!=" if comparable is None else compare(comparable, literal)

    return holds


def _as_number(value: Any) -> int | float | None:
    if isinstance(value, str):
        return number_in(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _as_boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_KINDS: dict[type, Callable[[Any], Any]] = {
    int: _as_number,
    float: _as_number,
    str: _as_text,
    bool: _as_boolean,
}
