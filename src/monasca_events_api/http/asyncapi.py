"""``/asyncapi.json``: what the service publishes, for programs that read it (contract 2).

The JSON Schemas lie in the package's folder ``message_schemas``, a file for each record and for each set of headers.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.compact_json import compact_json
from monasca_events_api.http.description.shown import Json
from monasca_events_api.http.query import no_parameters
from monasca_events_api.http.responses import answer
from monasca_events_api.http.service import SERVICE, answer_options
from monasca_events_api.settings import Settings

SCHEMAS = files("monasca_events_api").joinpath("message_schemas")
RECORDS = {
    "streamDefinitions": ("stream-definition-created", "stream-definition-deleted"),
    "transforms": ("transform", "transform-deleted"),
    "events": ("event",),
}
"""The schemas of the records of each channel, by the names of their files."""
HEADERS = {"streamDefinitions": "definition-headers", "transforms": "definition-headers", "events": "event-headers"}
KEYS = {
    "streamDefinitions": "The id of the stream definition: its records keep their order",
    "transforms": "The id of the transform: its records keep their order",
    "events": "The tenant's id, a colon, and the event's message_id",
}
ABOUT = {
    "streamDefinitions": "Stream definitions of all tenants. A change is told by two records with one revision: "
    "the definition deleted, by its old name, then created with the new content.",
    "transforms": "Transforms of all tenants.",
    "events": "Events as they were posted.",
}

asyncapi = answer_options(Service(name="asyncapi", path="/asyncapi.json", **SERVICE))


@asyncapi.get(validators=(no_parameters,))
def description(request: Request) -> Response:
    """Describe what is published in AsyncAPI 3.0."""
    return answer(request, _text(request.settings))


@cache
def _text(settings: Settings) -> str:
    return compact_json(document(settings))


def document(settings: Settings) -> Json:
    """Return the AsyncAPI document of the topics that *settings* name."""
    topics = {
        "streamDefinitions": settings.stream_definitions_topic,
        "transforms": settings.transforms_topic,
        "events": settings.events_topic,
    }
    names = sorted({*HEADERS.values(), *(record for records in RECORDS.values() for record in records)})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Monasca Events API: what it publishes to Kafka",
            "version": "2.0",
            "description": "Each record at least once, each key's in the order of their changes. Every value is a JSON "
            "object in UTF-8, every header UTF-8 text. Consumers ignore keys and headers that they do not know.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {channel: _channel(channel, topic) for channel, topic in topics.items()},
        "operations": {f"publish-{channel}": _operation(channel) for channel in topics},
        "components": {
            "messages": {record: _message(channel, record) for channel in topics for record in RECORDS[channel]},
            "schemas": {name: _embedded(schema(name), name) for name in names},
        },
    }


def schema(name: str) -> Json:
    """Return the JSON Schema (draft 7) of a record or of headers by the name of its file."""
    read: Json = json.loads(SCHEMAS.joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return read


def _channel(channel: str, topic: str) -> Json:
    return {
        "address": topic,
        "description": ABOUT[channel],
        "messages": {record: _ref("messages", record) for record in RECORDS[channel]},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.5.0"}},
    }


def _operation(channel: str) -> Json:
    return {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}, "summary": ABOUT[channel]}


def _message(channel: str, record: str) -> Json:
    return {
        "name": record,
        "title": schema(record)["title"],
        "headers": _ref("schemas", HEADERS[channel]),
        "payload": _ref("schemas", record),
        "bindings": {"kafka": {"key": {"type": "string", "description": KEYS[channel]}, "bindingVersion": "0.5.0"}},
    }


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def _embedded(value: Any, name: str) -> Any:
    """Return a part of a schema with its references as they must be inside of the document."""
    if isinstance(value, list):
        return [_embedded(each, name) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: each.replace("#/", f"#/components/schemas/{name}/", 1) if key == "$ref" else _embedded(each, name)
        for key, each in value.items()
        if key != "$schema"
    }
