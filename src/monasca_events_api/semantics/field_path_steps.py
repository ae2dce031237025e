"""The single steps of a field path, compiled to closures (semantics 1, Paths)."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from monasca_events_api.semantics.field_path_matches import Match, Step, Walk
from monasca_events_api.semantics.field_paths import (
    AnyKey,
    Index,
    Keys,
    Length,
    Parent,
    Root,
    Slice,
    SplitText,
    This,
)


def _root(_path: Root) -> Step:
    def step(_match: Match, root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        yield root

    return step


def _this(_path: This) -> Step:
    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        yield match

    return step


def _parent(_path: Parent) -> Step:
    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        if match[1] is not None:
            yield match[1]

    return step


def _keys(path: Keys) -> Step:
    names = path.names

    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend(len(names))
        value = match[0]
        if isinstance(value, dict):
            for name in names:
                if name in value:
                    yield value[name], match, name

    return step


def _any_key(_path: AnyKey) -> Step:
    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        if isinstance(match[0], dict):
            for name, value in match[0].items():
                walk.spend()
                yield value, match, name

    return step


def _index(path: Index) -> Step:
    position = path.position

    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        value = match[0]
        if isinstance(value, list) and -len(value) <= position < len(value):
            yield value[position], match, position

    return step


def _slice(path: Slice) -> Step:
    part = slice(path.start, path.stop)

    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        value, holder, segment = match
        if value is None:
            return
        if not isinstance(value, list):
            match = ([value], holder, segment)
        for position in range(len(match[0]))[part]:
            walk.spend()
            yield match[0][position], match, position

    return step


def _length(_path: Length) -> Step:
    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        if isinstance(match[0], dict | list | str):
            yield len(match[0]), match, "`len`"

    return step


def _split_text(path: SplitText) -> Step:
    most = min(path.most, sys.maxsize)

    def step(match: Match, _root: Match, walk: Walk) -> Iterator[Match]:
        walk.spend()
        if isinstance(match[0], str):
            walk.spend_on_text(len(match[0]))
            pieces = match[0].split(path.separator, most)
            if path.segment < len(pieces):
                yield pieces[path.segment], match, "`split`"

    return step


SINGLE_STEPS: dict[type, Callable[[Any], Step]] = {
    Root: _root,
    This: _this,
    Parent: _parent,
    Keys: _keys,
    AnyKey: _any_key,
    Index: _index,
    Slice: _slice,
    Length: _length,
    SplitText: _split_text,
}
"""What makes a step of each kind of path that has no path within."""
