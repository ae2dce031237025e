"""The words of a field path, with their columns (semantics 1, Paths)."""

import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from monasca_events_api.semantics.field_paths import NotAPathError

_TOKEN = re.compile(
    r"""[ \t\n]*(?:
        (?P<key>[A-Za-z_@][A-Za-z0-9_@-]*)
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<operator>`(?:[^`\\]|\\.)*`)
      | (?P<broken>-?[0-9]+\.[0-9]+)
      | (?P<number>-?[0-9]+)
      | (?P<sign>\.\.|[.*\[\]()$,:|&?]|[=!<>]=|[=<>])
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")


class Token(NamedTuple):
    """A word of a path, at a column from 1.

    *kind* is ``key``, ``text`` (quoted), ``operator`` (in backquotes), ``number``, ``broken`` (a number
    with a fraction), ``end``, ``where``, or the sign itself.
    """

    kind: str
    value: str
    column: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else repr(self.value)


def tokens(text: str) -> Iterator[Token]:
    """Split *text* into words, the last of kind ``end``. Raises NotAPathError."""
    position = 0
    while match := _TOKEN.match(text, position):
        kind = str(match.lastgroup)
        value = match[kind]
        column = match.start(kind) + 1
        if kind in ("text", "operator"):
            value = _ESCAPE.sub(r"\1", value[1:-1])
        elif kind == "sign" or value == "where":
            kind = value
        yield Token(kind, value, column)
        if kind == "end":
            return
        position = match.end()
    _refuse(text, position)


def _refuse(text: str, position: int) -> NoReturn:
    start = position + len(text[position:]) - len(text[position:].lstrip(" \t\n"))
    if text[start] in "'\"`":
        raise NotAPathError(start + 1, f"the quote {text[start]} is not closed")
    raise NotAPathError(start + 1, f"{text[start]!r} must stand in quotes to be part of a key")
