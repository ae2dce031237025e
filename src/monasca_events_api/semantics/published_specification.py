"""What consumers get of a specification: the tenant's, with the trait ``_tenant_id`` (semantics 1, YAML).

What is shared by alias or ``<<`` in the tenant's text stays shared: written out, a few kilobytes could
become gigabytes. All text is quoted, so that what is text here is text to every YAML parser.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any

from monasca_events_api.semantics.events import TENANT_ID
from monasca_events_api.semantics.faults import Fault, InvalidDefinition
from monasca_events_api.semantics.json_lists import json_key, json_scalar
from monasca_events_api.semantics.yaml_reader import MergedMapping, read_yaml

_WORTH_AN_ALIAS = 20
_USES_WORTH_AN_ANCHOR = 2


class ReadText(str):
    """YAML text with what it says, so that nobody reads it again."""

    __slots__ = ("content",)
    content: Any

    @classmethod
    def read(cls, text: str) -> "ReadText":
        """Read *text*. Raises InvalidDefinition."""
        made = cls(text)
        made.content = read_yaml(text)
        return made


def with_tenant_trait(text: str) -> str:
    """Give YAML that means the same as *text* and has ``_tenant_id: {fields: _tenant_id}`` everywhere.

    *text* is a specification that is known to be right; JSON text gives JSON text. Raises
    InvalidDefinition if it is no YAML or no list of mappings with ``traits``.
    """
    definitions = text.content if isinstance(text, ReadText) else read_yaml(text)
    if not isinstance(definitions, list) or not all(map(_has_traits, definitions)):
        raise InvalidDefinition([Fault("specification", "Must be a list of event definitions")])
    uses = _uses(definitions)
    return _Writer([_with_trait(definition, uses) for definition in definitions]).text()


def _has_traits(definition: Any) -> bool:
    return isinstance(definition, dict) and isinstance(definition.get("traits"), dict)


def _with_trait(definition: dict[Any, Any], uses: Counter[int]) -> dict[Any, Any]:
    traits = definition["traits"]
    is_own = uses[id(definition)] == 1 and "traits" in _own(definition)
    # What is used elsewhere too must not change there: it is merged into a mapping of this place alone.
    with_trait = _extended(traits, {TENANT_ID: {"fields": TENANT_ID}}, alone=is_own and uses[id(traits)] == 1)
    return _extended(definition, {"traits": with_trait}, alone=is_own)


def _extended(mapping: dict[Any, Any], more: dict[Any, Any], *, alone: bool) -> dict[Any, Any]:
    if not alone:
        return MergedMapping(more, mapping)
    own = {**_own(mapping), **more}
    return MergedMapping(own, mapping.merged) if isinstance(mapping, MergedMapping) else own


def _own(mapping: dict[Any, Any]) -> dict[Any, Any]:
    return mapping.own if isinstance(mapping, MergedMapping) else mapping


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        own = _own(value)
        merged = [value.merged] if isinstance(value, MergedMapping) else []
        return chain(merged, own, own.values())
    return value if isinstance(value, list) else ()


def _uses(value: Any) -> Counter[int]:
    """Count how often each part that is worth an alias stands in *value*; what is within a shared part counts once."""
    uses: Counter[int] = Counter()
    waiting = [value]
    while waiting:
        part = waiting.pop()
        seen = uses[id(part)] = uses[id(part)] + 1
        if seen == 1:
            waiting.extend(filter(_is_worth_an_alias, _parts(part)))
    return uses


class _Writer:
    def __init__(self, value: Any) -> None:
        self._value = value
        self._uses = _uses(value)
        self._anchors: dict[int, str] = {}

    def text(self) -> str:
        return self._node(self._value)

    def _node(self, value: Any) -> str:
        if self._uses[id(value)] < _USES_WORTH_AN_ANCHOR:
            return self._content(value)
        if id(value) in self._anchors:
            return f"*{self._anchors[id(value)]}"
        anchor = self._anchors[id(value)] = f"a{len(self._anchors) + 1}"
        return f"&{anchor} {self._content(value)}"

    def _content(self, value: Any) -> str:
        if isinstance(value, dict):
            merged = [f"<<: {self._node(value.merged)}"] if isinstance(value, MergedMapping) else []
            pairs = [f"{self._key(key)}: {self._node(item)}" for key, item in _own(value).items()]
            return f"{{{', '.join([*merged, *pairs])}}}"
        if isinstance(value, list):
            return f"[{', '.join(map(self._node, value))}]"
        return json_scalar(value)

    def _key(self, key: Any) -> str:
        if self._uses[id(key)] < _USES_WORTH_AN_ANCHOR:
            return json_key(key)
        # An alias takes a colon for a part of its name, and an anchor is a part of the key.
        return f"? {self._node(key)} "


def _is_worth_an_alias(value: Any) -> bool:
    return len(value) > _WORTH_AN_ALIAS if isinstance(value, str) else isinstance(value, (dict, list))
