"""The two faces of a transform's specification: text, which the service keeps as it is, and the list that it holds.

A list that is sent is kept as the text that ``semantics.specification.as_text`` makes of it.
"""

from typing import Any

from monasca_events_api.client.kinds import Fields
from monasca_events_api.semantics.faults import InvalidDefinition
from monasca_events_api.semantics.json_lists import json_text
from monasca_events_api.semantics.specification import as_text
from monasca_events_api.semantics.yaml_reader import read_yaml

FIELD = "specification"


def plain(value: Any) -> Any:
    """Return *value*, read from YAML, without what ``<<`` leaves. A key that is no text stays what it is."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def in_order(value: Any) -> Any:
    """Return *value* with the keys of all its mappings in order."""
    if isinstance(value, dict):
        # 1 and "1" are two keys.
        return {key: in_order(value[key]) for key in sorted(value, key=lambda key: (str(key), isinstance(key, str)))}
    return [in_order(item) for item in value] if isinstance(value, list) else value


def canonical(value: Any) -> str:
    """Return a text that is equal for two values exactly if they are to YAML; to Python 1, 1.0 and True are, too."""
    return json_text(in_order(value))


def as_sent(fields: Fields) -> Fields:
    """Return *fields* as they are sent: a specification as the text that is kept.

    A list of it that is sent as JSON would be kept as the same text, but for keys that are no text, which JSON lacks.
    """
    return {**fields, FIELD: as_text(fields[FIELD])} if FIELD in fields else fields


def readable(fields: Fields) -> Fields:
    """Return *fields* with the list in place of a specification's text, where the list says it to the letter."""
    text = fields.get(FIELD)
    listed = _listed(text) if isinstance(text, str) else None
    return fields if listed is None or json_text(listed) != text else {**fields, FIELD: listed}


def as_in_file(stored: Fields, wanted: Fields) -> Fields:
    """Return *stored* with its specification as *wanted* has its own: a list, if both can be one."""
    if not isinstance(wanted.get(FIELD), list) or not isinstance(stored.get(FIELD), str):
        return stored
    listed = _listed(stored[FIELD])
    return stored if listed is None else {**stored, FIELD: listed}


def _listed(text: str) -> list[Any] | None:
    try:
        value = read_yaml(text)
        return plain(value) if isinstance(value, list) else None
    except InvalidDefinition:
        return None
