"""One line in the log for each request, its place in the metrics, and its id in its answer (contract 1.7)."""

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid_retry import is_error_retryable

from monasca_events_api import metrics
from monasca_events_api.http.identity import identity
from monasca_events_api.http.request_id import HEADER, global_request_id, request_id

log = logging.getLogger(__name__)

Handler = Callable[[Request], Response]

NOTHING = "-"
_BEGUN = "monasca_events_api.begun"
LONGEST = 1000
"""Characters of a path or a method in a line: a client may send hundreds of thousands."""
LINE = (
    "request id=%(id)s global_id=%(global_id)s tenant=%(tenant)s user=%(user)s method=%(method)s route=%(route)s "
    "path=%(path)s status=%(status)d ms=%(ms).1f in=%(in)d out=%(out)d"
)
"""A request that was answered; its first word is the message of a line of JSON, the names are that one's keys."""


def request_log_tween_factory(handler: Handler, _registry: Registry) -> Handler:
    """Return the tween; it is the outermost one."""

    def request_log_tween(request: Request) -> Response:
        begun(request.environ)
        response = handler(request)
        response.headerlist.append((HEADER, request_id(request.environ)))
        error = getattr(request, "exception", None)
        if error is not None and is_error_retryable(request, error):
            log.info("retrying request_id=%s reason=%s", request_id(request.environ), error)
        else:
            matched = getattr(request, "matched_route", None)
            route = matched.pattern if matched else NOTHING
            report(request.environ, response.status_code, response.content_length, route)
        return response

    return request_log_tween


def begun(environ: dict[str, Any]) -> float:
    """Return when the request began, on the monotonic clock: the time of the first call for it."""
    time_of_first_call: float = environ.setdefault(_BEGUN, time.monotonic())
    return time_of_first_call


def report(environ: dict[str, Any], status: int, size: int | None, route: str = NOTHING) -> None:
    """Write the request's line and count it.

    *size* is in bytes; *route* is the pattern of the address, ``-`` where nothing was looked up: there is no such
    address, or no token to open it.
    """
    seconds = time.monotonic() - begun(environ)
    method = environ["REQUEST_METHOD"]
    metrics.request_answered(route, method, status, seconds)
    if not log.isEnabledFor(logging.INFO):
        return
    who = identity(environ)
    values = {
        "id": request_id(environ),
        "global_id": global_request_id(environ) or NOTHING,
        "tenant": who.tenant_id if who else NOTHING,
        "user": who.user_id if who else NOTHING,
        "method": method[:LONGEST],
        "route": route,
        "path": _one_word(environ.get("PATH_INFO", "")[:LONGEST]),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "in": int(environ.get("CONTENT_LENGTH") or 0),
        "out": size or 0,
    }
    log.info(LINE, values)


def _one_word(path: str) -> str:
    # A path may hold blanks and line breaks, and forged values or lines of a log with them.
    if path.isascii() and path.isprintable() and " " not in path:
        return path
    return quote(path, encoding="latin-1")  # as WSGI has read its bytes
