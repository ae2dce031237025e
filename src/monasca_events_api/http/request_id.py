"""The request's id, and the global one that the client sent (contract 1.7)."""

import re
from typing import Any
from uuid import uuid4

HEADER = "X-OpenStack-Request-ID"
_SENT = "HTTP_X_OPENSTACK_REQUEST_ID"
_KEY = "monasca_events_api.request_id"
_VALID = re.compile(r"req-[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def request_id(environ: dict[str, Any]) -> str:
    """Return the request's own id, made when it is first asked for: ``req-`` and a UUID."""
    found: str | None = environ.get(_KEY)
    if found is None:
        found = environ[_KEY] = f"req-{uuid4()}"
    return found


def global_request_id(environ: dict[str, Any]) -> str | None:
    """Return the id that the client sent, None if it sent none of the right form."""
    sent: str = environ.get(_SENT, "")
    return sent if _VALID.fullmatch(sent) else None
