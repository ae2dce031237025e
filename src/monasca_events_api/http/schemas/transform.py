"""The body of a transform (contract 1.3); what its specification means is checked by ``semantics``."""

from typing import Any

from colander import SchemaNode

from monasca_events_api.http.schemas.strict_types import Checked, ClosedMapping, Configured, NestedFaults
from monasca_events_api.semantics import specification
from monasca_events_api.semantics.faults import InvalidDefinition
from monasca_events_api.semantics.field_checks import JsonSchema
from monasca_events_api.semantics.transform import FIELDS, SET_BY_THE_SERVICE, below_specification
from monasca_events_api.settings import Settings


class Specification(Configured):
    """YAML text, or a JSON list that is kept as its text; checked as a transform processor reads it."""

    def check(self, node: SchemaNode, value: Any, settings: Settings) -> str:
        """Return the text of the specification. Raises Invalid with every fault of it."""
        try:
            return specification.checked_text(value, extensions=settings.transform_extensions)
        except InvalidDefinition as invalid:
            raise NestedFaults(node, [*map(below_specification, invalid.faults)]) from None

    def json_schema(self, _settings: Settings) -> JsonSchema:
        """Return what a specification may be."""
        return specification.specification_schema()


class TransformBody(ClosedMapping):
    """All that a client may set; what the service sets may stand there, too, and is passed over."""

    ignored = frozenset(SET_BY_THE_SERVICE)

    name = SchemaNode(Checked(FIELDS["name"]), description="What the tenant calls it, each name only once")
    description = SchemaNode(Checked(FIELDS["description"]), description="What people should know of it", missing="")
    specification = SchemaNode(
        Specification(),
        description="Event definitions, YAML text or a JSON list; of those that match a notification the last counts",
    )
    enabled = SchemaNode(
        Checked(FIELDS["enabled"]), description="Whether notifications are distilled by it", missing=False
    )
