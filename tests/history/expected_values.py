"""What a record has to say of a definition (contract 2), from what a client asked for."""

from collections.abc import Mapping
from typing import Any

import yaml

from .changes import Body, Kind, Verb

Value = dict[str, Any]

TYPES: Mapping[Kind, Mapping[Verb, str]] = {
    Kind.STREAM_DEFINITION: {
        Verb.CREATE: "stream-definition-created",
        Verb.REPLACE: "stream-definition-updated",
        Verb.DELETE: "stream-definition-deleted",
    },
    Kind.TRANSFORM: {
        Verb.CREATE: "transform-created",
        Verb.REPLACE: "transform-updated",
        Verb.DELETE: "transform-deleted",
    },
}


def stream_definition_created(tenant_id: str, identifier: str, body: Body) -> Value:
    """Return the value that tells of the content *body*, which names every field."""
    select = [{**each, "traits": {**each.get("traits", {}), "_tenant_id": tenant_id}} for each in body["select"]]
    identity = {"tenant_id": tenant_id, "stream_definition_id": identifier}
    return {"stream-definition-created": {**identity, **body, "select": select}}


def stream_definition_deleted(tenant_id: str, identifier: str, name: str) -> Value:
    """Return the value that tells of the end of the definition, or of its content, called *name*."""
    identity = {"tenant_id": tenant_id, "stream_definition_id": identifier}
    return {"stream-definition-deleted": {**identity, "name": name}}


def transform(tenant_id: str, identifier: str, body: Body) -> Value:
    """Return the value that tells of the content *body*, its specification read (see `readable`)."""
    specification = [
        {**each, "traits": {**(each.get("traits") or {}), "_tenant_id": {"fields": "_tenant_id"}}}
        for each in yaml.safe_load(body["specification"])
    ]
    fields = {**body, "specification": specification}
    return {"transform_definition": fields, "tenant_id": tenant_id, "transform_id": identifier}


def transform_deleted(tenant_id: str, identifier: str) -> Value:
    """Return the value that tells of a transform's end."""
    return {"transform_definition": [], "tenant_id": tenant_id, "transform_id": identifier}


def readable(value: Value) -> Value:
    """Return a value with the YAML of its specification read: texts may differ and mean the same."""
    definition = value.get("transform_definition")
    if not definition:
        return value
    specification = yaml.safe_load(definition["specification"])
    return {**value, "transform_definition": {**definition, "specification": specification}}


def mark(value: Value) -> str | None:
    """Return the description in a value, None where it has none: by it a revision is known."""
    fields = value.get("stream-definition-created") or value.get("transform_definition")
    return fields["description"] if fields else None
