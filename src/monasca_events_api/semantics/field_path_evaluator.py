"""What a field path matches in a notification (semantics 1, Paths): paths compiled to closures, once.

Matches are found one by one, as they are asked for, so that whoever wants the first pays for no other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from monasca_events_api.semantics.field_filters import comparison
from monasca_events_api.semantics.field_path_matches import Match, Step, Walk
from monasca_events_api.semantics.field_path_parser import parse_path
from monasca_events_api.semantics.field_path_steps import SINGLE_STEPS
from monasca_events_api.semantics.field_paths import (
    Chain,
    Condition,
    Descendants,
    Filter,
    Keys,
    Path,
    Union,
    Where,
)


@dataclass(frozen=True, slots=True)
class Finder:
    """A compiled path. *first* gives the first value that is not None, *matches* all that are not."""

    first: Callable[[Any, Walk], Any]
    matches: Callable[[Any, Walk], Iterator[Match]]


def finder(text: str) -> Finder:
    """Compile the path that *text* is. Raises NotAPathError."""
    path = parse_path(text)
    step = _step(path)

    def matches(notification: Any, walk: Walk) -> Iterator[Match]:
        root = (notification, None, "")
        return (match for match in step(root, root, walk) if match[0] is not None)

    def first(notification: Any, walk: Walk) -> Any:
        return next(matches(notification, walk), (None,))[0]

    names = key_names(path)
    return Finder(first if names is None else _first_by_keys(names), matches)


def key_names(path: Path) -> list[str] | None:
    """Give the keys of a path that is nothing but keys, one after the other."""
    steps = path.steps if isinstance(path, Chain) else (path,)
    names = [step.names[0] for step in steps if isinstance(step, Keys) and len(step.names) == 1]
    return names if len(names) == len(steps) else None


def _first_by_keys(names: list[str]) -> Callable[[Any, Walk], Any]:
    whole = len(names)

    def first(value: Any, walk: Walk) -> Any:
        for visits, name in enumerate(names):
            if not isinstance(value, dict):
                walk.left -= visits
                return None
            value = value.get(name)
        walk.left -= whole
        return value

    return first


def _step(path: Path) -> Step:
    return _COMPILERS[type(path)](path)


def _filter(path: Filter) -> Step:
    conditions = [_condition(condition) for condition in path.conditions]

    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        if isinstance(match[0], list):
            for position, element in enumerate(match[0]):
                walk.spend()
                if all(holds(element, walk) for holds in conditions):
                    yield element, match, position

    return step


def _condition(condition: Condition) -> Callable[[Any, Walk], bool]:
    step = _step(condition.path)
    compares = comparison(condition.operator, condition.literal)

    def holds(element: Any, walk: Walk) -> bool:
        root: Match = (element, None, "")
        return any(compares(match[0], walk) for match in step(root, root, walk) if match[0] is not None)

    return holds


def _chain(path: Chain) -> Step:
    steps = [_step(part) for part in path.steps]

    def step(match: Match, root: Match, walk: Walk) -> Iterator[Match]:
        # A stack of iterators, not recursion: a path may have five hundred steps.
        under_way = [steps[0](match, root, walk)]
        while under_way:
            found = next(under_way[-1], None)
            if found is None:
                under_way.pop()
            elif len(under_way) == len(steps):
                yield found
            else:
                under_way.append(steps[len(under_way)](found, root, walk))

    return step


def _union(path: Union) -> Step:
    options = [_step(option) for option in path.options]

    def step(match: Match, root: Match, walk: Walk) -> Iterator[Match]:
        for option in options:
            yield from option(match, root, walk)

    return step


def _where(path: Where) -> Step:
    base = _step(path.base)
    conditions = [_step(condition) for condition in path.conditions]

    def step(match: Match, root: Match, walk: Walk) -> Iterator[Match]:
        for found in base(match, root, walk):
            if all(next(condition(found, root, walk), None) for condition in conditions):
                yield found

    return step


def _descendants(path: Descendants) -> Step:
    base, target = _step(path.base), _step(path.target)

    def step(match: Match, root: Match, walk: Walk) -> Iterator[Match]:
        for start in base(match, root, walk):
            waiting = [start]
            while waiting:
                place = waiting.pop()
                yield from target(place, root, walk)
                waiting.extend(reversed(_below(place, walk)))

    return step


def _below(match: Match, walk: Walk) -> list[Match]:
    value = match[0]
    if isinstance(value, dict | list):
        # Before they are made: there may be millions.
        walk.spend(len(value))
    if isinstance(value, dict):
        return [(below, match, name) for name, below in value.items()]
    if isinstance(value, list):
        return [(below, match, position) for position, below in enumerate(value)]
    return []


_COMPILERS: dict[type, Callable[[Any], Step]] = {
    **SINGLE_STEPS,
    Filter: _filter,
    Chain: _chain,
    Union: _union,
    Where: _where,
    Descendants: _descendants,
}
