"""Field paths as text (semantics 1, Paths), for tests: what is printed here reads as the same path again."""

import re
from decimal import Decimal

from monasca_events_api.semantics.field_paths import (
    AnyKey,
    Chain,
    Condition,
    Descendants,
    Filter,
    Index,
    Keys,
    Length,
    Parent,
    Path,
    Root,
    Slice,
    SplitText,
    This,
    Union,
    Where,
)

_KEY = re.compile(r"[A-Za-z_@][A-Za-z0-9_@-]*")
# How close each kind binds; all others are words of their own.
_ANYWHERE, _DESCENT, _CHAIN, _UNION, _WHERE, _WORD = range(6)
_BINDING: dict[type, int] = {Descendants: _DESCENT, Chain: _CHAIN, Union: _UNION, Where: _WHERE}
_FIXED: dict[type, str] = {Root: "$", This: "`this`", Parent: "`parent`", AnyKey: "*", Length: "`len`"}


def print_path(path: Path) -> str:
    """Write *path* with as few parentheses and quotes as it takes."""
    return _printed(path, _ANYWHERE)


def _printed(path: Path, binding: int) -> str:
    """Write *path* as an operand of something that binds as close as *binding*."""
    if _BINDING.get(type(path), _WORD) < binding:
        return f"({_printed(path, _ANYWHERE)})"
    if isinstance(path, Chain):
        return _chain(path.steps, binding)
    if isinstance(path, Descendants):
        return f"{_printed(path.base, _DESCENT)}..{_printed(path.target, _CHAIN)}"
    if isinstance(path, Union):
        return "|".join(_printed(option, _WHERE) for option in path.options)
    if isinstance(path, Where):
        return " where ".join(_printed(part, _WORD) for part in (path.base, *path.conditions))
    return _word(path)


def _chain(steps: tuple[Path, ...], binding: int) -> str:
    text = _printed(steps[0], _UNION)
    rest = steps[1:]
    if binding == _ANYWHERE and isinstance(steps[0], Descendants):
        # Brackets bind loosest, so that they need no parentheses around what they follow.
        bracket = _bracket(rest[0])
        if bracket:
            text, rest = _printed(steps[0], _ANYWHERE) + bracket, rest[1:]
    for step in rest:
        follows_bare = binding == _ANYWHERE and not isinstance(step, Keys)
        text += (follows_bare and _bracket(step)) or f".{_printed(step, _UNION)}"
    return text


def _bracket(step: Path) -> str:
    if isinstance(step, Keys):
        return f"[{_word(step)}]"
    return _word(step) if isinstance(step, Index | Slice | Filter) else ""


def _word(path: Path) -> str:
    if isinstance(path, Keys):
        return ",".join(_key(name) for name in path.names)
    if isinstance(path, Index):
        return f"[{path.position}]"
    if isinstance(path, Slice):
        return "[*]" if path == Slice(None, None) else f"[{_bound(path.start)}:{_bound(path.stop)}]"
    if isinstance(path, Filter):
        return f"[?{' & '.join(_condition(condition) for condition in path.conditions)}]"
    if isinstance(path, SplitText):
        separator = path.separator.replace("\\", "\\\\").replace("`", "\\`")
        return f"`split({separator}, {path.segment}, {path.most})`"
    return _FIXED[type(path)]


def _bound(number: int | None) -> str:
    return "" if number is None else str(number)


def _condition(condition: Condition) -> str:
    path = print_path(condition.path)
    if condition.operator is None:
        return path
    return f"{path} {condition.operator} {_literal(condition.literal)}"


def _literal(literal: object) -> str:
    if isinstance(literal, str):
        return _quoted(literal)
    if isinstance(literal, float):
        # repr() has an exponent for some, which the language does not.
        digits = f"{Decimal(repr(literal)):f}"
        return digits if "." in digits else f"{digits}.0"
    return str(literal).lower()


def _key(name: str) -> str:
    return name if _KEY.fullmatch(name) and name != "where" else _quoted(name)


def _quoted(text: str) -> str:
    quote = '"' if text.count("'") > text.count('"') else "'"
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"
