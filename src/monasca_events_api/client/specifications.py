"""The two faces of a transform's specification: text, which the service keeps as it is, and the list that it holds.

A list that is sent is kept as the text that ``semantics.specification.as_text`` makes of it.
"""

import json
from typing import Any

from monasca_events_api.client.kinds import Fields
from monasca_events_api.semantics.faults import InvalidDefinition
from monasca_events_api.semantics.specification import as_text
from monasca_events_api.semantics.yaml_reader import read_yaml

FIELD = "specification"


def plain(value: Any) -> Any:
    """Return *value*, read from YAML, as JSON has it: without what ``<<`` leaves, and nothing of it twice."""
    return json.loads(json.dumps(value))


def canonical(value: Any) -> str:
    """Return a text that is equal for two values exactly if they are to JSON; to Python 1, 1.0 and True are, too."""
    return json.dumps(value, sort_keys=True)


def readable(fields: Fields) -> Fields:
    """Return *fields* with the list in place of a specification's text, where the list says it to the letter."""
    text = fields.get(FIELD)
    listed = _listed(text) if isinstance(text, str) else None
    return fields if listed is None or as_text(listed) != text else {**fields, FIELD: listed}


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
    except (InvalidDefinition, TypeError):
        return None
