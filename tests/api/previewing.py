"""Previews in few words, for tests. They ask no database but for an id, so one kind of database is enough."""

from typing import Any

from api.examples import without
from api.running_service import Tenant

TRANSFORM_PREVIEW = "/v2.0/transforms/preview"
STREAM_PREVIEW = "/v2.0/stream-definitions/preview"

SPECIFICATION = """\
- event_type: compute.*
  traits:
    n: {type: int, fields: payload.n}
"""
NOTIFICATION = {
    "event_type": "compute.start",
    "message_id": "m-1",
    "timestamp": "2015-07-20T15:44:01",
    "payload": {"n": "7"},
}
DISTILLED = {
    "n": 7,
    "event_type": "compute.start",
    "message_id": "m-1",
    "when": "2015-07-20T15:44:01+00:00",
    "timestamp": "2015-07-20T15:44:01+00:00",
}
DEFINITION = {
    "name": "d",
    "select": [{"event_type": "compute.*", "traits": {"n": {"int": "> 3"}}}],
    "group_by": ["host"],
    "fire_criteria": [{"event_type": "compute.start"}, {"event_type": "compute.end", "number": 2}],
    "expiration": 60_000,
}
EVENT = {
    "event_type": "compute.start",
    "message_id": "m-1",
    "timestamp": "2015-07-20T15:44:01",
    "n": 7,
    "host": "h1",
}


def transform_preview(**fields: Any) -> dict[str, Any]:
    """Return the body of a preview of a transform; *fields* in place of its own, None for none."""
    return _given({"specification": SPECIFICATION, "events": [NOTIFICATION], **fields})


def stream_preview(**fields: Any) -> dict[str, Any]:
    """Return the body of a preview of a stream definition; *fields* in place of its own, None for none."""
    return _given({"definition": DEFINITION, "events": [EVENT], **fields})


def results(tenant: Tenant, **fields: Any) -> list[dict[str, Any]]:
    answer = tenant.post_json(TRANSFORM_PREVIEW, transform_preview(**fields))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def told(tenant: Tenant, **fields: Any) -> dict[str, Any]:
    answer = tenant.post_json(STREAM_PREVIEW, stream_preview(**fields))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _given(body: dict[str, Any]) -> dict[str, Any]:
    for name in [name for name, value in body.items() if value is None]:
        body = without(body, name)
    return body
