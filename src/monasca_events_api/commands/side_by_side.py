"""Pairs of texts next to each other, line for line, for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain, starmap, zip_longest
from textwrap import wrap

WIDEST = 56
_SAME, _OTHER = " ", "!"


def side_by_side(pairs: Iterable[tuple[Sequence[str], Sequence[str]]], titles: tuple[str, str]) -> list[str]:
    """Give the lines of *pairs* in two columns under *titles*; ``!`` marks those that differ inside of a pair.

    A line longer than WIDEST characters goes on in the next, indented.
    """
    rows = [(_SAME, *titles), *chain.from_iterable(starmap(_rows, pairs))]
    width = max(len(text) for _mark, text, _other in rows)
    return [f"{mark} {text:{width}} | {other}".rstrip() for mark, text, other in rows]


def _rows(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for operation, from_left, to_left, from_right, to_right in SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        mark = _SAME if operation == "equal" else _OTHER
        pairs = zip_longest(left[from_left:to_left], right[from_right:to_right], fillvalue="")
        for text, other in pairs:
            for piece, other_piece in zip_longest(_wrapped(text), _wrapped(other), fillvalue=""):
                yield mark, piece, other_piece


def _wrapped(text: str) -> list[str]:
    if len(text) <= WIDEST:
        return [text]
    return wrap(text, WIDEST, subsequent_indent="    ", drop_whitespace=False, break_on_hyphens=False)
