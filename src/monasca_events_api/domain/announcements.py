"""The Kafka values and headers of committed changes (contract 2)."""

import time
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from monasca_events_api.compact_json import compact_json
from monasca_events_api.messaging.publisher import Message
from monasca_events_api.messaging.record_size import REQUEST_ID, room
from monasca_events_api.semantics.events import TENANT_ID
from monasca_events_api.semantics.published_specification import with_tenant_trait
from monasca_events_api.settings import Settings
from monasca_events_api.storage.definitions import StoredDefinition
from monasca_events_api.storage.outbox import NewMessage

MOST_REVISION = (1 << 31) - 1
Fields = dict[str, Any]
"""What a client may set of a definition, checked, or read from its document."""


class Announcement(NamedTuple):
    """What one change says: the header ``type``, and the value of each record, in order."""

    type: str
    values: list[dict[str, Any]]


def stream_definition_created(new: StoredDefinition, fields: Fields) -> Announcement:
    """Announce a new stream definition."""
    return Announcement("stream-definition-created", [_created(new, fields)])


def stream_definition_updated(old: StoredDefinition, new: StoredDefinition, fields: Fields) -> Announcement:
    """Announce a change as its two words of 2015: the old one deleted, the new one created."""
    return Announcement("stream-definition-updated", [_deleted(old), _created(new, fields)])


def stream_definition_deleted(old: StoredDefinition) -> Announcement:
    """Announce that a stream definition is gone."""
    return Announcement("stream-definition-deleted", [_deleted(old)])


def transform_created(new: StoredDefinition, fields: Fields) -> Announcement:
    """Announce a new transform."""
    return Announcement("transform-created", [_transform(new, fields)])


def transform_updated(_old: StoredDefinition, new: StoredDefinition, fields: Fields) -> Announcement:
    """Announce a changed transform."""
    return Announcement("transform-updated", [_transform(new, fields)])


def transform_deleted(old: StoredDefinition) -> Announcement:
    """Announce that a transform is gone: an empty list in its place, since a null kills the old daemons."""
    value = {"transform_definition": [], "tenant_id": old.tenant_id, "transform_id": old.id}
    return Announcement("transform-deleted", [value])


def messages(
    announcement: Announcement, stored: StoredDefinition, topic: str, request_id: str, *, republished: bool = False
) -> list[NewMessage]:
    """Return the outbox rows of *announcement*, which is about *stored* as it is after the change.

    Each bears an id of its own, made here once: however often it is sent, the id is the same.
    """
    rows = []
    for value in announcement.values:
        headers = compact_json(_headers(announcement.type, stored.revision, request_id, republished=republished))
        text = compact_json(value)
        rows.append(NewMessage(topic, stored.id, headers, text, len(text.encode()), int(time.time())))
    return rows


def most_bytes(settings: Settings) -> float:
    """Return how many bytes the value of an announcement may have, so that Kafka takes it, republished as well."""
    headers = _headers("stream-definition-updated", MOST_REVISION, REQUEST_ID, republished=True)
    fields = [(name, text.encode()) for name, text in headers.items()]
    return room(settings, Message("", str(uuid4()).encode(), b"", fields))


def _headers(kind: str, revision: int, request_id: str, *, republished: bool) -> dict[str, str]:
    headers = {
        "id": str(uuid4()),
        "type": kind,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request_id": request_id,
        "revision": str(revision),
    }
    if republished:
        headers["republished"] = "true"
    return headers


def _created(new: StoredDefinition, fields: Fields) -> dict[str, Any]:
    # The engine of 2015 keeps the tenants apart by this trait alone.
    select = [
        {**criterion, "traits": {**criterion.get("traits", {}), TENANT_ID: new.tenant_id}}
        for criterion in fields["select"]
    ]
    identity = {"tenant_id": new.tenant_id, "stream_definition_id": new.id}
    return {"stream-definition-created": {**identity, **fields, "select": select}}


def _deleted(old: StoredDefinition) -> dict[str, Any]:
    identity = {"tenant_id": old.tenant_id, "stream_definition_id": old.id, "name": old.name}
    return {"stream-definition-deleted": identity}


def _transform(new: StoredDefinition, fields: Fields) -> dict[str, Any]:
    published = {**fields, "specification": with_tenant_trait(fields["specification"])}
    return {"transform_definition": published, "tenant_id": new.tenant_id, "transform_id": new.id}
