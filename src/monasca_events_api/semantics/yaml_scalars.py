"""What a YAML 1.1 scalar is, text, number, boolean or null: as PyYAML's safe loader has it (semantics 1)."""

from collections.abc import Callable
from typing import Any

from yaml.constructor import SafeConstructor
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

PREFIX = "tag:yaml.org,2002:"
_LONGEST_NUMBER = 1000
_READERS: dict[str, Callable[[SafeConstructor, ScalarNode], Any]] = {
    f"{PREFIX}int": SafeConstructor.construct_yaml_int,
    f"{PREFIX}float": SafeConstructor.construct_yaml_float,
    f"{PREFIX}bool": SafeConstructor.construct_yaml_bool,
    f"{PREFIX}null": SafeConstructor.construct_yaml_null,
}
_CONSTRUCTOR = SafeConstructor()
# PyYAML's own table, by first character, without dates and the lone `=`: these are text here.
_PATTERNS = {
    first: [(tag, pattern) for tag, pattern in patterns if tag in _READERS]
    for first, patterns in Resolver.yaml_implicit_resolvers.items()
}


def plain_scalar(text: str) -> Any:
    """Read an unquoted scalar without a tag: ``on`` is true, ``0x3`` is 3, ``2015-07-20`` is text.

    Raises ValueError, in words, for what looks like a number and is none (``0x_``) or is too long.
    """
    for tag, pattern in _PATTERNS.get(text[:1], ()):
        if pattern.match(text):
            return tagged_scalar(tag, text)
    return text


def tagged_scalar(tag: str, text: str) -> Any:
    """Read *text* as the kind that *tag* (written out) names; raises ValueError, in words, if it is none."""
    if tag == f"{PREFIX}str":
        return text
    # Python refuses to print longer integers, and one of base 60 takes a time that grows with its square.
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"Longer than {_LONGEST_NUMBER} characters and not text: put it in quotes")
    try:
        return _READERS[tag](_CONSTRUCTOR, ScalarNode(tag, text))
    except (ValueError, KeyError, IndexError, OverflowError):
        kind = tag.removeprefix(PREFIX)
        raise ValueError(f"{text!r} is no {kind}: put it in quotes to have text") from None
