"""The operators of field paths, which stand in backquotes (semantics 1, Paths)."""

import re

from monasca_events_api.semantics.field_path_tokens import Token
from monasca_events_api.semantics.field_paths import Length, NotAPathError, Parent, Path, SplitText, This

_ALL = "`this`, `parent`, `len`, `split(c, segment, max)`"
_SPLIT = re.compile(r"split\((.),[ \t\n]*([0-9]+),[ \t\n]*([0-9]+|-1)[ \t\n]*\)", re.DOTALL)


def operator_path(token: Token) -> Path:
    """Return the path that the operator *token* is. Raises NotAPathError for one that is not known."""
    text = token.value
    if text == "this":
        return This()
    if text == "parent":
        return Parent()
    if text == "len":
        return Length()
    split = _SPLIT.fullmatch(text)
    if split is None:
        raise NotAPathError(token.column, f"unknown operator `{text}`, must be one of {_ALL}")
    return SplitText(split[1], int(split[2]), int(split[3]))


def is_extension(text: str) -> bool:
    """Say whether an operator is known, and was not in 2015."""
    return text == "len" or _SPLIT.fullmatch(text) is not None
