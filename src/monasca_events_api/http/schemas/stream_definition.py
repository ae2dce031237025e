"""The body of a stream definition (contract 1.2); what its fields may be is checked by ``semantics``."""

from typing import Any

from colander import SchemaNode, required

from monasca_events_api.http.schemas.strict_types import Checked, ClosedMapping
from monasca_events_api.semantics.stream_definition import FIELDS, SET_BY_THE_SERVICE


def _field(name: str, *, missing: Any = required) -> SchemaNode:
    return SchemaNode(Checked(FIELDS[name]), missing=missing)


class StreamDefinitionBody(ClosedMapping):
    """All that a client may set; what the service sets may stand there, too, and is passed over."""

    ignored = frozenset(SET_BY_THE_SERVICE)

    name = _field("name")
    description = _field("description", missing="")
    select = _field("select")
    group_by = _field("group_by")
    fire_criteria = _field("fire_criteria")
    expiration = _field("expiration")
    fire_actions = _field("fire_actions", missing=[])
    expire_actions = _field("expire_actions", missing=[])
    actions_enabled = _field("actions_enabled", missing=True)
