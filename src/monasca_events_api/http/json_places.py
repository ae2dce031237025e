"""Where in a JSON value something is: paths with dots and list indexes, for the names of faults (contract 1.7)."""

import re
from collections.abc import Iterator
from typing import Any

from monasca_events_api.errors import Fault
from monasca_events_api.semantics.faults import dotted

Path = list[str | int]


def places(value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield *value* and all texts, lists and objects in it that are not empty, in their order, each with its path.

    The path is always the same list.
    """
    # A body may have millions of values: those to come are not put down, and of a path no text is made.
    path: Path = []
    yield path, value
    levels = [_members(value)]
    while levels:
        for name, item in levels[-1]:
            if not item or not isinstance(item, str | dict | list):
                continue
            path.append(name)
            yield path, item
            if not isinstance(item, str):
                levels.append(_members(item))
                break
            path.pop()
        else:
            levels.pop()
            del path[-1:]


def character_faults(value: Any, wrong: re.Pattern[str]) -> Iterator[Fault]:
    """Yield a fault for each text in *value* in which *wrong* is found; one in a key is told of its object."""
    for path, item in places(value):
        texts = [item] if isinstance(item, str) else item if isinstance(item, dict) else ()
        for found in filter(None, map(wrong.search, texts)):
            yield Fault("body", dotted(path), f"Character U+{ord(found[0]):04X} is not allowed")


def _members(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return iter(value.items())
    return enumerate(value if isinstance(value, list) else ())
