"""Texts that stand in a file as they are, below a ``|``: a place in such a text is one in the file."""

import re
from collections.abc import Sequence
from itertools import count
from typing import TypeAlias

from yaml.nodes import Node, ScalarNode

Place: TypeAlias = tuple[int, int]
"""Line and column, from 1."""

# Behind an anchor and a tag, which may have lines of their own.
_HEADER = re.compile(r"\s*([&!]\S*\s+)*\|")


class LiteralBlock:
    """A *text* that stands in *lines*, those of the file, behind the line of its ``|``, the *header* (from 0)."""

    def __init__(self, text: str, lines: Sequence[str], header: int) -> None:
        self.text = text
        self._own_lines = text.splitlines()
        self._last = len(text.rstrip().splitlines())
        self._lines = lines
        self._header = header

    def in_file(self, place: Place) -> Place:
        """Give the place in the file of one in the text; what is wrong at its end is told behind its last line."""
        line, column = place
        if line > self._last:
            line, column = self._last, len(self._own_lines[self._last - 1]) + 1
        # Each line of the text is one of the file, without the indentation.
        indentation = len(self._lines[self._header + line]) - len(self._own_lines[line - 1])
        return self._header + line + 1, indentation + column


def literal_block(node: Node, lines: Sequence[str]) -> LiteralBlock | None:
    """Return the text of *node*, which was read from *lines*; None if it is in quotes, folded, empty or no text."""
    if not isinstance(node, ScalarNode) or node.style != "|" or not node.value.strip():
        return None
    begin = node.start_mark
    header = next(
        index for index in count(begin.line) if _HEADER.match(lines[index], begin.column if index == begin.line else 0)
    )
    return LiteralBlock(node.value, lines, header)
