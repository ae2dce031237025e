"""The body of a stream definition (contract 1.2); what its criteria mean is checked by ``semantics``."""

from colander import SchemaNode

from monasca_events_api.http.schemas.strict_types import Checked, ClosedMapping, Exactly, between, length
from monasca_events_api.semantics import criteria, stream_definition
from monasca_events_api.semantics.field_checks import set_check, text_check

ACTIONS = Checked(set_check(text_check(36), 400))


class StreamDefinitionBody(ClosedMapping):
    """All that a client may set; what the service sets may stand there, too, and is passed over."""

    ignored = frozenset(stream_definition.SET_BY_THE_SERVICE)

    name = SchemaNode(Exactly(str), validator=length(1, 140))
    description = SchemaNode(Exactly(str), validator=length(0, 255), missing="")
    select = SchemaNode(Checked(criteria.check_select))
    group_by = SchemaNode(Checked(stream_definition.GROUP_BY))
    fire_criteria = SchemaNode(Checked(criteria.check_fire_criteria))
    expiration = SchemaNode(Exactly(int), validator=between(0, stream_definition.LONGEST_EXPIRATION))
    fire_actions = SchemaNode(ACTIONS, missing=[])
    expire_actions = SchemaNode(ACTIONS, missing=[])
    actions_enabled = SchemaNode(Exactly(bool), missing=True)
