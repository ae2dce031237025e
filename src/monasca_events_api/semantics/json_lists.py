"""A JSON list in place of YAML text: the same limits, and its text (contract 1.3; semantics 3).

JSON text is YAML that means the same only if some of it is written with care: what is not printable to
YAML is escaped, and an exponent needs a dot before it.
"""

import json
import math
import re
from typing import Any

from monasca_events_api.semantics.faults import Fault, InvalidDefinition
from monasca_events_api.semantics.yaml_reader import DEEPEST, MOST_CHARACTERS, MOST_NODES

_LONGEST_INTEGER = 3300  # bits: a thousand digits, as in YAML
_LONGEST_PLAIN_KEY = 1000
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXT = json.JSONEncoder(ensure_ascii=False)
_NOT_FINITE = {math.inf: ".inf", -math.inf: "-.inf"}


def check_json(value: Any) -> str:
    """Check nesting, nodes, integers, characters and length of JSON data, and return its text.

    Raises InvalidDefinition.
    """
    nodes = characters = 0
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        nodes += 1
        children = _children(item)
        if isinstance(item, dict | list) and depth > DEEPEST:
            _refuse(f"Nested deeper than {DEEPEST}")
        if nodes + len(waiting) + len(children) > MOST_NODES:
            _refuse(f"Expands to more than {MOST_NODES} nodes")
        waiting.extend((child, depth + 1) for child in children)
        _check_scalar(item)
        # Before it is written, which takes long.
        characters += len(item) if isinstance(item, str) else 0
        _check_length(characters)
    text = json_text(value)
    _check_length(len(text))
    return text


def json_text(value: Any) -> str:
    """Write JSON data in one line, all printable Unicode as it is."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json_key(key)}: {json_text(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(json_text, value))}]"
    return json_scalar(value)


def json_key(key: Any) -> str:
    """Write a key; a long one is marked, since YAML looks for its colon within 1024 characters only."""
    text = json_scalar(key)
    return text if len(text) <= _LONGEST_PLAIN_KEY else f"? {text} "


def json_scalar(value: Any) -> str:
    """Write text, a number, a boolean or null so that YAML 1.1 and JSON read the same."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub(_escaped, _TEXT.encode(value))
    if isinstance(value, float):
        return _float(value)
    return json.dumps(value)


def _float(value: float) -> str:
    if not math.isfinite(value):
        return _NOT_FINITE.get(value, ".nan")
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _children(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return [part for pair in item.items() for part in pair]
    return item if isinstance(item, list) else []


def _check_scalar(item: Any) -> None:
    if isinstance(item, str):
        found = _SURROGATE.search(item)
        if found:
            _refuse(f"Character U+{ord(found[0]):04X} is not allowed")
    elif isinstance(item, int) and item.bit_length() > _LONGEST_INTEGER:
        _refuse("Integer of more than a thousand digits")


def _check_length(characters: int) -> None:
    if characters > MOST_CHARACTERS:
        _refuse(f"Longer than {MOST_CHARACTERS} characters")


def _refuse(description: str) -> None:
    raise InvalidDefinition([Fault("specification", description)])
