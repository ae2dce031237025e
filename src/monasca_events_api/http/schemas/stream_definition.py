"""The body of a stream definition (contract 1.2); what its fields may be is checked by ``semantics``."""

from typing import Any

from colander import SchemaNode, required

from monasca_events_api.http.schemas.strict_types import Checked, ClosedMapping
from monasca_events_api.semantics.stream_definition import FIELDS, SET_BY_THE_SERVICE


def _field(name: str, description: str, *, missing: Any = required) -> SchemaNode:
    return SchemaNode(Checked(FIELDS[name]), description=description, missing=missing)


class StreamDefinitionBody(ClosedMapping):
    """All that a client may set; what the service sets may stand there, too, and is passed over."""

    ignored = frozenset(SET_BY_THE_SERVICE)

    name = _field("name", "What the tenant calls it, each name only once")
    description = _field("description", "What people should know of it", missing="")
    select = _field("select", "Which events its streams are made of: those that one of these criteria matches")
    group_by = _field(
        "group_by", "Names of traits: events with equal values of all of them share a stream; `[]` makes one of all"
    )
    fire_criteria = _field(
        "fire_criteria", "A stream fires when each of these is matched by its `number` of the stream's events"
    )
    expiration = _field(
        "expiration",
        "Milliseconds that a stream stays open from its earliest event, at most a week: ten minutes are 600000",
    )
    fire_actions = _field("fire_actions", "Ids of the actions to call when a stream fires", missing=[])
    expire_actions = _field("expire_actions", "Ids of the actions to call when a stream expires", missing=[])
    actions_enabled = _field(
        "actions_enabled", "`false`: streams fire and expire as ever, and no action is called", missing=True
    )
