"""Where in a YAML text a value stands: faults are named by a path, and people look for lines."""

from collections.abc import Callable, Iterator
from functools import cached_property

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from monasca_events_api.domain.expectations.literal_blocks import Place, literal_block


def _as_it_is(place: Place) -> Place:
    return place


class Places:
    """Finds places in *text*, which ``read_yaml`` has read without a fault.

    Of a text that stands in another, *in_file* gives the place in the file.
    """

    def __init__(self, text: str, in_file: Callable[[Place], Place] = _as_it_is) -> None:
        self._text = text
        self._in_file = in_file
        self._inside: dict[Node, Places] = {}

    @cached_property
    def _root(self) -> Node:
        # Its own reader of values knows no places, and its nodes are no values. A text that was read has a root.
        return yaml.compose(self._text, Loader=yaml.CSafeLoader)  # type: ignore[return-value]

    @cached_property
    def _lines(self) -> list[str]:
        # What else it takes for a line break is in no YAML.
        return self._text.splitlines()

    def of_value(self, name: str) -> Place:
        """Give the place of the value that *name* leads to (``tests.0.until``), or of what is nearest to it."""
        return self._of(name, key=False)

    def of_key(self, name: str) -> Place:
        """Give the place of its key, where it stands in a mapping."""
        return self._of(name, key=True)

    def in_text(self, name: str, place: Place) -> Place | None:
        """Give the place in the file of one in the text that *name* leads to; None if it is not written as it is."""
        block = literal_block(self._find(name)[1], self._lines)
        return None if block is None else self._in_file(block.in_file(place))

    def _of(self, name: str, *, key: bool) -> Place:
        its_key, value, rest = self._find(name)
        if rest and (inside := self._places_inside(value)):
            return inside._of(rest, key=key)  # noqa: SLF001 - another of these
        node = its_key if key else value
        return self._in_file((node.start_mark.line + 1, node.start_mark.column + 1))

    def _find(self, name: str) -> tuple[Node, Node, str]:
        """Find the value that *name* leads to, with its key, or what is nearest, and the rest of *name* from there."""
        key = value = self._root
        while name:
            found = max(_children(value, name), key=lambda child: len(child[0]), default=None)
            if found is None:
                # A value inside a text, or one that is missing.
                break
            text, key, value = found
            name = name[len(text) + 1 :]
        return key, value, name

    def _places_inside(self, node: Node) -> "Places | None":
        if node not in self._inside and (block := literal_block(node, self._lines)):
            self._inside[node] = Places(block.text, lambda place: self._in_file(block.in_file(place)))
        return self._inside.get(node)


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
