"""Bodies that are right, to be made wrong in one place."""

from typing import Any
from uuid import uuid4

SPECIFICATION = """\
- event_type: disk.error.*
  traits:
    host: {fields: payload.host}
    size: {type: int, fields: payload.size}
"""
NEVER_USED = "00000000-0000-0000-0000-000000000000"


def unique(prefix: str) -> str:
    """Return a name that was never used."""
    return f"{prefix}-{uuid4().hex[:12]}"


def stream_definition(**fields: Any) -> dict[str, Any]:
    """Return the body of a stream definition; *fields* in place of its own."""
    body = {
        "name": unique("disk errors"),
        "description": "two disk errors of one host",
        "select": [{"event_type": "disk.error.*", "traits": {"severity": "high"}}],
        "group_by": ["host"],
        "fire_criteria": [{"event_type": "disk.error.read"}, {"event_type": "disk.error.write", "number": 2}],
        "expiration": 60000,
        "fire_actions": ["56330521-92da-4a84-8239-73d880b978fa"],
        "expire_actions": ["ed469bb9-2b4a-457a-9926-9da9f6ac75da"],
        "actions_enabled": False,
    }
    return {**body, **fields}


def least_stream_definition(**fields: Any) -> dict[str, Any]:
    """Return a stream definition with nothing but what is required."""
    required = ("name", "select", "group_by", "fire_criteria", "expiration")
    return {**{name: value for name, value in stream_definition().items() if name in required}, **fields}


def transform(**fields: Any) -> dict[str, Any]:
    """Return the body of a transform; *fields* in place of its own."""
    body = {
        "name": unique("disk"),
        "description": "flatten disk errors",
        "specification": SPECIFICATION,
        "enabled": True,
    }
    return {**body, **fields}


def event(**fields: Any) -> dict[str, Any]:
    """Return an event; *fields* beside or in place of its own."""
    body = {
        "event_type": "disk.error.read",
        "message_id": unique("event"),
        "timestamp": "2026-01-02T03:04:05.678901",
        "publisher_id": "disk.host7",
        "payload": {"host": "host7", "size": 5, "name": "Größe"},
    }
    return {**body, **fields}


def without(body: dict[str, Any], key: str) -> dict[str, Any]:
    """Return *body* without one key."""
    return {name: value for name, value in body.items() if name != key}
