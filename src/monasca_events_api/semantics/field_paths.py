"""Field paths as values: what a path of a trait definition says (semantics 1, Paths).

``field_path_parser`` makes them from text, and ``field_path_evaluator`` finds what they match. Equal paths
are equal values: groups, blanks and the several ways to write a key leave no trace.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


class NotAPathError(ValueError):
    """A text that is no path; says why, with the column from 1."""

    def __init__(self, column: int, problem: str) -> None:
        super().__init__(f"column {column}: {problem}")


@dataclass(frozen=True, slots=True)
class Root:
    """``$``: the whole notification; within a filter, the element."""


@dataclass(frozen=True, slots=True)
class This:
    """`` `this` ``: what has been reached."""


@dataclass(frozen=True, slots=True)
class Parent:
    """`` `parent` ``: the object or list that holds what has been reached."""


@dataclass(frozen=True, slots=True)
class Keys:
    """``x`` or ``x,y``: these keys of an object, in this order."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnyKey:
    """``*``: every value of an object."""


@dataclass(frozen=True, slots=True)
class Index:
    """``[3]``: an element of a list, from the end if negative."""

    position: int


@dataclass(frozen=True, slots=True)
class Slice:
    """``[1:3]`` and, without bounds, ``[*]``: some elements; what is no list counts as a list of one."""

    start: int | None
    stop: int | None


@dataclass(frozen=True, slots=True)
class Length:
    """EXT `` `len` ``: how many items, keys or characters."""


@dataclass(frozen=True, slots=True)
class SplitText:
    """EXT `` `split(c, segment, max)` ``: one piece of a text; *most* splits, -1 for all."""

    separator: str
    segment: int
    most: int


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a filter: the path matches and, with an operator, a match compares so."""

    path: "Path"
    operator: str | None = None
    literal: str | float | None = None  # bool and int count as float here


@dataclass(frozen=True, slots=True)
class Filter:
    """EXT ``[?(cond)]``: the elements of a list that meet every condition."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """``a.b``: each step from what the one before matches. At least two steps, none of them a Chain."""

    steps: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Union:
    """``a|b``: the matches of each, in this order. None of them is a Union."""

    options: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Where:
    """``a where b``: the matches of *base* from which every condition matches something."""

    base: "Path"
    conditions: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Descendants:
    """``a..b``: *target* from *base* and from everything below it."""

    base: "Path"
    target: "Path"


Path: TypeAlias = (
    Root | This | Parent | Keys | AnyKey | Index | Slice | Length | SplitText | Filter
    | Chain | Union | Where | Descendants
)  # fmt: skip


def chain(steps: Iterable[Path]) -> Path:
    """Join *steps* to one path; a step that stays where it is falls away."""
    flat: list[Path] = []
    for step in steps:
        flat.extend(step.steps if isinstance(step, Chain) else [step])
    moving = [step for step in flat if step != This()] or [This()]
    return moving[0] if len(moving) == 1 else Chain(tuple(moving))


def union(left: Path, right: Path) -> Path:
    """Join alternatives."""
    options: list[Path] = []
    for side in (left, right):
        options.extend(side.options if isinstance(side, Union) else [side])
    return Union(tuple(options))


def where(base: Path, condition: Path) -> Path:
    """Add a condition to *base*."""
    if isinstance(base, Where):
        return Where(base.base, (*base.conditions, condition))
    return Where(base, (condition,))
