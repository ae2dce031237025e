"""How a filter compares a value with its literal (semantics 1, Paths, EXT)."""

import operator
from collections.abc import Callable
from typing import Any

from monasca_events_api.semantics.field_path_matches import Walk
from monasca_events_api.semantics.trait_types import number_in

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(sign: str | None, literal: str | float | None) -> Callable[[Any, Walk], bool]:
    """Compile ``sign literal`` to a test of a value that is not None; without a sign all pass.

    Against a number, text that reads as one counts as one; a value of another kind than the literal
    passes ``!=`` alone.
    """
    if sign is None:
        return lambda _value, _walk: True
    compare = _OPERATORS[sign]
    as_kind = _KINDS[type(literal)]

    def holds(value: Any, walk: Walk) -> bool:
        comparable = as_kind(value, walk)
        return sign == "!=" if comparable is None else compare(comparable, literal)

    return holds


def _as_number(value: Any, walk: Walk) -> int | float | None:
    if isinstance(value, str):
        walk.spend_on_number(len(value))
        return number_in(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _as_text(value: Any, _walk: Walk) -> str | None:
    return value if isinstance(value, str) else None


def _as_boolean(value: Any, _walk: Walk) -> bool | None:
    return value if isinstance(value, bool) else None


_KINDS: dict[type, Callable[[Any, Walk], Any]] = {
    int: _as_number,
    float: _as_number,
    str: _as_text,
    bool: _as_boolean,
}
