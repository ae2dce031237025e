"""Safe YAML to plain values, with limits that hold before anything is expanded (semantics 1 and 3, YAML).

libyaml's events are composed here, since no loader of PyYAML counts nesting and aliases while it reads.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from yaml import MarkedYAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from monasca_events_api.semantics.described_values import described
from monasca_events_api.semantics.faults import Fault, InvalidDefinition
from monasca_events_api.semantics.yaml_mistakes import behind_tag, told
from monasca_events_api.semantics.yaml_scalars import PREFIX, plain_scalar, tagged_scalar

MOST_CHARACTERS = 65_536
MOST_NODES = 50_000
DEEPEST = 20

_SCALAR_TAGS = {f"{PREFIX}{kind}" for kind in ("str", "int", "float", "bool", "null")}
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]",
)
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read; as they stand, the limits of a specification."""

    characters: int = MOST_CHARACTERS
    nodes: int = MOST_NODES
    levels: int = DEEPEST


SPECIFICATION = Limits()


class MergedMapping(dict[Any, Any]):
    """A mapping that has taken keys of others over by ``<<``; it reads as the whole.

    ``own`` holds what stands in it, ``merged`` the mapping or the list of mappings after the ``<<``.
    """

    def __init__(self, own: dict[Any, Any], merged: dict[Any, Any] | list[dict[Any, Any]]) -> None:
        super().__init__()
        for mapping in [merged] if isinstance(merged, dict) else reversed(merged):
            self.update(mapping)
        self.update(own)
        self.own = own
        self.merged = merged


def read_yaml(text: str, limits: Limits = SPECIFICATION) -> Any:
    """Read *text* to dicts, lists, text, numbers, booleans and None; an alias gives the same object again.

    Raises InvalidDefinition with the first fault, named ``specification`` (``line L, column C: ...``).
    """
    if len(text) > limits.characters:
        raise InvalidDefinition([Fault("specification", f"Longer than {limits.characters} characters")])
    _check_characters(text)
    try:
        return _Composer(text, limits).document()
    except MarkedYAMLError as error:
        _refuse(error.problem_mark or error.context_mark, told(error, text))


def _check_characters(text: str) -> None:
    found = _FORBIDDEN.search(text, 1 if text.startswith("\ufeff") else 0)
    if found:
        breaks = list(_BREAK.finditer(text, 0, found.start()))
        column = found.start() - (breaks[-1].end() if breaks else 0)
        _refuse_at(len(breaks), column, f"Character U+{ord(found[0]):04X} is not allowed")


def _refuse(mark: Any, problem: str) -> NoReturn:
    _refuse_at(mark.line, mark.column, problem)


def _refuse_at(line: int, column: int, problem: str) -> NoReturn:
    raise InvalidDefinition([Fault("specification", f"line {line + 1}, column {column + 1}: {problem}")])


@dataclass(slots=True)
class _Anchored:
    """A node with an anchor, and how many nodes and levels an alias of it adds. Open: it has not ended."""

    is_open: bool = True
    value: Any = None
    nodes: int = 0
    levels: int = 0


class _Composer:
    def __init__(self, text: str, limits: Limits) -> None:
        self._limits = limits
        self._next: Callable[[], Any] = CParser(text).get_event
        self._anchors: dict[str, _Anchored] = {}
        self._nodes = 0

    def document(self) -> Any:
        self._next()
        if isinstance(self._next(), StreamEndEvent):
            raise InvalidDefinition([Fault("specification", "Empty")])
        value, _levels = self._node(self._next(), 0)
        self._next()
        following = self._next()
        if isinstance(following, DocumentStartEvent):
            _refuse(following.start_mark, "More than one document")
        return value

    def _node(self, event: Any, depth: int) -> tuple[Any, int]:
        """Compose the node that *event* begins, inside *depth* collections: its value, and its levels."""
        if isinstance(event, AliasEvent):
            return self._alias(event, depth)
        self._count(event, 1)
        if event.anchor is None:
            return self._content(event, depth)
        if event.anchor in self._anchors:
            _refuse(event.start_mark, f"Duplicate anchor {event.anchor!r}")
        anchored = self._anchors[event.anchor] = _Anchored()
        before = self._nodes - 1
        anchored.value, anchored.levels = self._content(event, depth)
        anchored.nodes = self._nodes - before
        anchored.is_open = False
        return anchored.value, anchored.levels

    def _alias(self, event: Any, depth: int) -> tuple[Any, int]:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            _refuse(event.start_mark, f"Unknown alias {event.anchor!r}")
        if anchored.is_open:
            _refuse(event.start_mark, f"Alias {event.anchor!r} inside its own anchor")
        self._count(event, anchored.nodes)
        self._check_depth(event, depth + anchored.levels)
        return anchored.value, anchored.levels

    def _content(self, event: Any, depth: int) -> tuple[Any, int]:
        if isinstance(event, ScalarEvent):
            return _scalar(event), 0
        self._check_depth(event, depth + 1)
        if isinstance(event, SequenceStartEvent):
            _check_tag(event, f"{PREFIX}seq")
            return self._sequence(depth + 1)
        _check_tag(event, f"{PREFIX}map")
        return self._mapping(depth + 1)

    def _sequence(self, depth: int) -> tuple[list[Any], int]:
        items, deepest = [], 0
        while not isinstance(event := self._next(), SequenceEndEvent):
            value, levels = self._node(event, depth)
            items.append(value)
            deepest = max(deepest, levels)
        return items, deepest + 1

    def _mapping(self, depth: int) -> tuple[dict[Any, Any], int]:
        own: dict[Any, Any] = {}
        merged: dict[Any, Any] | list[dict[Any, Any]] | None = None
        deepest = 0
        while not isinstance(event := self._next(), MappingEndEvent):
            is_merge = _is_merge(event)
            key = self._key(event, depth)
            if (merged is not None) if is_merge else (key in own):
                _refuse(event.start_mark, f"Duplicate key {_as_written(event, key)!r}{_sameness(key, own)}")
            value_event = self._next()
            value, levels = self._node(value_event, depth)
            deepest = max(deepest, levels)
            if is_merge:
                merged = _mergeable(value_event, value)
            else:
                own[key] = value
        return own if merged is None else MergedMapping(own, merged), deepest + 1

    def _key(self, event: Any, depth: int) -> Any:
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            _refuse(event.start_mark, "Key is not a scalar")
        key, levels = self._node(event, depth)
        if levels:
            _refuse(event.start_mark, "Key is not a scalar")
        return key

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > self._limits.nodes:
            _refuse(event.start_mark, f"Expands to more than {self._limits.nodes} nodes")

    def _check_depth(self, event: Any, depth: int) -> None:
        if depth > self._limits.levels:
            _refuse(event.start_mark, f"Nested deeper than {self._limits.levels}")


def _is_merge(event: Any) -> bool:
    is_plain = isinstance(event, ScalarEvent) and event.tag is None and event.implicit[0]
    return bool(is_plain and event.value == "<<")


def _mergeable(event: Any, value: Any) -> dict[Any, Any] | list[dict[Any, Any]]:
    if not all(isinstance(item, dict) for item in (value if isinstance(value, list) else [value])):
        _refuse(event.start_mark, "Only a mapping or a list of mappings can be merged by <<")
    merged: dict[Any, Any] | list[dict[Any, Any]] = value
    return merged


def _as_written(event: Any, key: Any) -> str:
    return str(event.value if isinstance(event, ScalarEvent) else key)


def _sameness(key: Any, own: dict[Any, Any]) -> str:
    """Name the key of *own* that *key* is the same as, if it is of another kind: to Python true is 1, and 1.0, too."""
    first = next((other for other in own if other == key), key)
    return "" if type(first) is type(key) else f": {described(key)} is the same as {described(first)}"


def _scalar(event: Any) -> Any:
    if "\0" in event.value:  # by an escape
        _refuse(event.start_mark, "Character U+0000 is not allowed")
    try:
        if event.tag in (None, "!"):
            return plain_scalar(event.value) if event.implicit[0] else event.value
        if event.tag not in _SCALAR_TAGS:
            _refuse_tag(event)
        return tagged_scalar(event.tag, event.value)
    except ValueError as error:
        if isinstance(error, InvalidDefinition):
            raise
        _refuse(event.start_mark, str(error))


def _check_tag(event: Any, own_tag: str) -> None:
    if event.tag not in (None, "!", own_tag):
        _refuse_tag(event)


def _refuse_tag(event: Any) -> NoReturn:
    allowed = event.tag in _SCALAR_TAGS or event.tag in (f"{PREFIX}seq", f"{PREFIX}map")
    reason = "does not fit what it stands at" if allowed else "is not allowed"
    _refuse(event.start_mark, f"Tag {event.tag!r} {reason}{behind_tag(event.tag)}")
