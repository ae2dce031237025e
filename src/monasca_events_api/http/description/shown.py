"""JSON Schemas of what the answers show; those of definitions are made from the schemas of their requests."""

from typing import Any

from monasca_events_api.http.error_codes import ANSWERS, ERRORS
from monasca_events_api.http.schemas.stream_definition import StreamDefinitionBody
from monasca_events_api.http.schemas.strict_types import ClosedMapping
from monasca_events_api.http.schemas.transform import TransformBody
from monasca_events_api.settings import Settings

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
SECONDS: Json = {"type": "integer", "description": "Seconds since the epoch, UTC"}
TIME: Json = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}$", "description": "UTC"}
NULL_OR_TEXT: Json = {"type": ["string", "null"]}


def closed(optional: tuple[str, ...] = (), /, **properties: Json) -> Json:
    """Return the schema of an object with just these keys, all of them there but the *optional* ones."""
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
        "additionalProperties": False,
    }


def listed(items: Json) -> Json:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def ref(name: str) -> Json:
    """Return a reference to one of ``schemas``."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas(settings: Settings) -> dict[str, Json]:
    """Return all schemas by the names that the answers call them by."""
    of_stream = {"id": TEXT, "created_at": TIME, "updated_at": TIME}
    of_transform = {
        "id": TEXT,
        "tenant_id": TEXT,
        "created_at": SECONDS,
        "updated_at": SECONDS,
        "deleted_at": {"type": "null"},
    }
    return {
        "Link": closed(rel=TEXT, href=TEXT),
        "StreamDefinition": _shown(StreamDefinitionBody(), settings, of_stream),
        "StreamDefinitionPage": _page("StreamDefinition"),
        "Transform": _shown(TransformBody(), settings, of_transform),
        "TransformPage": _page("Transform"),
        "TransformPreview": _transform_preview(),
        "StreamPreview": _stream_preview(),
        "Receipts": closed(
            elements=listed(
                closed(message_id=TEXT, topic=TEXT, partition={"type": "integer"}, offset={"type": "integer"})
            )
        ),
        "Health": {"type": "object", "additionalProperties": {"type": "string", "description": "`OK`, or the trouble"}},
        "Error": _error(),
        **_versions(),
    }


def _shown(body: ClosedMapping, settings: Settings, set_by_the_service: dict[str, Json]) -> Json:
    fields = {name: _without_default(schema) for name, schema in body.properties(settings).items()}
    if "specification" in fields:
        fields["specification"] = {"type": "string", "description": "The text that was sent"}
    return closed(**fields, **set_by_the_service, links=listed(ref("Link")))


def _without_default(schema: Json) -> Json:
    return {name: value for name, value in schema.items() if name != "default"}


def _page(name: str) -> Json:
    count = {"type": "integer", "minimum": 0, "description": "How many there are in all, where it was asked for"}
    return closed(("count",), links=listed(ref("Link")), elements=listed(ref(name)), count=count)


def _transform_preview() -> Json:
    result = closed(
        message_id={"description": "As the notification has it"},
        matched={"type": ["integer", "null"], "description": "The index of the event definition"},
        event={"type": ["object", "null"], "description": "What was distilled"},
        problems=listed(TEXT),
    )
    return closed(results=listed(result))


def _stream_preview() -> Json:
    stream = closed(
        group={"type": "object", "description": "The values of the traits of `group_by`"},
        state={"type": "string", "enum": ["fired", "expired", "open"]},
        at=NULL_OR_TEXT,
        events=listed({"description": "A message_id"}),
        unmet=listed(closed(name=TEXT, matched={"type": "integer"}, number={"type": "integer"}, wanted=TEXT)),
    )
    ignored = closed(message_id={"description": "As the event has it"}, reason=TEXT)
    return closed(streams=listed(stream), ignored=listed(ignored))


def _error() -> Json:
    codes = sorted({told.code for told in (*ERRORS.values(), *ANSWERS.values())})
    item = closed(
        ("id",),
        location={"type": "string", "description": "`body`, `querystring`, `header`, `path`, `method`, or empty"},
        name={"type": "string", "description": "The path to the value, with dots and list indexes; empty: the whole"},
        description=TEXT,
        code={
            "type": "string",
            "description": "Stable, for programs. Of single values `body.required` and the like; else one of "
            + ", ".join(f"`{code}`" for code in codes),
        },
        status={"type": "integer"},
        title=TEXT,
        id={"type": "string", "description": "Of a taken name: the definition that has it"},
    )
    return closed(title=TEXT, description=TEXT, request_id=TEXT, errors={**listed(item), "minItems": 1})


def _versions() -> dict[str, Json]:
    version = {"id": TEXT, "status": TEXT, "updated": TEXT, "links": listed(ref("Link"))}
    found = listed(ref("Version"))
    return {
        "Version": closed(**version),
        "Versions": closed(links=listed(ref("Link")), elements=found, versions=closed(values=found)),
        "OneVersion": closed(**version, elements=found, version=ref("Version")),
    }
