"""The bodies of previews (contract 1.6)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from colander import Invalid, SchemaNode, drop

from monasca_events_api.http.nesting import deeper_than
from monasca_events_api.http.schemas.event import DEEPEST
from monasca_events_api.http.schemas.stream_definition import StreamDefinitionBody
from monasca_events_api.http.schemas.strict_types import Checked, ClosedMapping, Configured, NestedFaults
from monasca_events_api.semantics import specification, stream_definition
from monasca_events_api.semantics.distiller import Transform, compile_transform
from monasca_events_api.semantics.faults import Fault, InvalidDefinition
from monasca_events_api.semantics.field_checks import Finding, JsonSchema, with_schema, wrong
from monasca_events_api.semantics.iso_dates import parse_date
from monasca_events_api.semantics.stream_definition import StreamDefinition
from monasca_events_api.semantics.transform import below_specification
from monasca_events_api.settings import Settings

TOO_DEEP = f"Nested deeper than {DEEPEST}"


class Events(Configured):
    """A list of as many events as may be posted, of as many *levels*; else each is looked at later, by the preview."""

    def __init__(self, levels: int) -> None:
        self.levels = levels

    def check(self, node: SchemaNode, value: Any, settings: Settings) -> list[Any]:
        """Return the events. Raises Invalid."""
        if not isinstance(value, list):
            raise Invalid(node, "Must be a list")
        if not 1 <= len(value) <= settings.max_events:
            raise Invalid(node, f"More than {settings.max_events} items" if value else "Must not be empty")
        deep = [Fault(str(index), TOO_DEEP) for index, item in enumerate(value) if deeper_than(self.levels, item)]
        if deep:
            raise NestedFaults(node, deep)
        return value

    def json_schema(self, settings: Settings) -> JsonSchema:
        """Return the JSON Schema of such a list."""
        return {"type": "array", "items": {}, "minItems": 1, "maxItems": settings.max_events}


class CompiledSpecification(Configured):
    """A specification as a transform has it, compiled."""

    def check(self, node: SchemaNode, value: Any, settings: Settings) -> Transform:
        """Return the compiled specification. Raises NestedFaults."""
        try:
            return compile_transform(specification.parse(value, extensions=settings.transform_extensions))
        except InvalidDefinition as invalid:
            raise NestedFaults(node, [*map(below_specification, invalid.faults)]) from None

    def json_schema(self, _settings: Settings) -> JsonSchema:
        """Return what a specification may be."""
        return specification.specification_schema()


class CompiledDefinition(Configured):
    """A stream definition as it is posted, compiled."""

    def check(self, node: SchemaNode, value: Any, settings: Settings) -> StreamDefinition:
        """Return the compiled definition. Raises NestedFaults."""
        faults, fields = StreamDefinitionBody().faults_and_fields(value, settings)
        if faults:
            raise NestedFaults(node, faults)
        return stream_definition.compile_definition(fields, definition_id="preview")

    def json_schema(self, settings: Settings) -> JsonSchema:
        """Return what a definition may be."""
        return StreamDefinitionBody().json_schema(settings)


class Time(Configured):
    """A date and time in ISO 8601."""

    def check(self, node: SchemaNode, value: Any, _settings: Settings) -> datetime:
        """Return the time, in UTC where it names no zone. Raises Invalid."""
        try:
            return parse_date(value)
        except (TypeError, ValueError):
            raise Invalid(node, "Must be an ISO 8601 date and time") from None

    def json_schema(self, _settings: Settings) -> JsonSchema:
        """Return the JSON Schema of a time."""
        return {"type": "string", "format": "iso8601"}


def reference(kind: str) -> Checked:
    """Make the type of an id of the tenant's, of a definition of that *kind*."""

    @with_schema({"type": "string", "format": f"{kind}-id"})
    def check(value: Any) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield from wrong("Must be a string")

    return Checked(check)


class TransformPreviewBody(ClosedMapping):
    """A specification, or the id of a transform, and notifications."""

    one_of = (("specification", "transform_id"),)

    specification = SchemaNode(
        CompiledSpecification(),
        description="What to try, as a transform has it: YAML text or a JSON list",
        missing=drop,
    )
    transform_id = SchemaNode(
        reference("transform"), description="In place of `specification`: a transform that has it", missing=drop
    )
    events = SchemaNode(Events(DEEPEST), description="Notifications, as a cloud's services send them")


class StreamPreviewBody(ClosedMapping):
    """A stream definition, or the id of one; events; perhaps a transform, and when the clock stops."""

    one_of = (("definition", "stream_definition_id"),)
    not_both = (("specification", "transform_id"),)

    definition = SchemaNode(CompiledDefinition(), description="What to try, as it would be posted", missing=drop)
    stream_definition_id = SchemaNode(
        reference("stream-definition"), description="In place of `definition`: the one to try", missing=drop
    )
    specification = SchemaNode(
        CompiledSpecification(),
        description="Where the events are raw notifications: what distils them first, YAML text or a JSON list",
        missing=drop,
    )
    transform_id = SchemaNode(
        reference("transform"), description="In place of `specification`: a transform that has it", missing=drop
    )
    # One more, since an event may stand in an item beside its received_at.
    events = SchemaNode(
        Events(DEEPEST + 1),
        description='In the order in which they come; an item may be `{"received_at": time, "event": {...}}`',
    )
    until = SchemaNode(
        Time(),
        description="When the clock stops, later than at the last event: what is open by then may expire",
        missing=drop,
    )
