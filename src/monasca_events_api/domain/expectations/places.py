"""Where in a YAML text a value stands: faults are named by a path, and people look for lines."""

from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

Place: TypeAlias = tuple[int, int]
"""Line and column, from 1."""


class Places:
    """Finds places in *text*, which ``read_yaml`` has read without a fault."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _root(self) -> Node:
        # Its own reader of values knows no places, and its nodes are no values. A text that was read has a root.
        return yaml.compose(self._text, Loader=yaml.CSafeLoader)  # type: ignore[return-value]

    def of_value(self, name: str) -> Place:
        """Give the place of the value that *name* leads to (``tests.0.until``), or of what is nearest to it."""
        _key, value = self._find(name)
        return _place(value)

    def of_key(self, name: str) -> Place:
        """Give the place of its key, where it stands in a mapping."""
        key, _value = self._find(name)
        return _place(key)

    def _find(self, name: str) -> tuple[Node, Node]:
        key = value = self._root
        while name:
            found = max(_children(value, name), key=lambda child: len(child[0]), default=None)
            if found is None:
                # A value inside a text, or one that is missing: its holder is as near as one gets.
                break
            text, key, value = found
            name = name[len(text) + 1 :]
        return key, value


def _children(node: Node, name: str) -> Iterator[tuple[str, Node, Node]]:
    """Give the children, by what of *name* they account for: keys may have dots themselves."""
    for text, key, value in _items(node):
        if name == text or name.startswith(f"{text}."):
            yield text, key, value


def _items(node: Node) -> Iterator[tuple[str, Node, Node]]:
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield str(index), item, item
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield str(key.value), key, value
        for key, value in node.value:
            if key.value == "<<":
                for merged in value.value if isinstance(value, SequenceNode) else [value]:
                    yield from _items(merged)


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1
