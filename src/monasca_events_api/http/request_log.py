"""One line in the log for each request, and the request's id in its answer (contract 1.7)."""

import logging
import time
from collections.abc import Callable
from typing import Any

from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid_retry import is_error_retryable

from monasca_events_api.http.identity import identity
from monasca_events_api.http.request_id import HEADER, global_request_id, request_id

log = logging.getLogger(__name__)

Handler = Callable[[Request], Response]


def request_log_tween_factory(handler: Handler, _registry: Registry) -> Handler:
    """Return the tween; it is the outermost one."""

    def request_log_tween(request: Request) -> Response:
        started = time.monotonic()
        response = handler(request)
        response.headers[HEADER] = request_id(request.environ)
        error = getattr(request, "exception", None)
        if error is not None and is_error_retryable(request, error):
            log.info("retrying request_id=%s reason=%s", request_id(request.environ), error)
        else:
            log_request(request.environ, response.status_code, started, response.content_length)
        return response

    return request_log_tween


def log_request(environ: dict[str, Any], status: int, started: float, size: int | None) -> None:
    """Write the request's line; *started* is on the monotonic clock, *size* in bytes."""
    if not log.isEnabledFor(logging.INFO):
        return
    who = identity(environ)
    log.info(
        "request id=%s global_id=%s tenant=%s user=%s method=%s path=%s status=%d ms=%.1f in=%s out=%s",
        request_id(environ),
        global_request_id(environ) or "-",
        who.tenant_id if who else "-",
        who.user_id if who else "-",
        environ["REQUEST_METHOD"],
        _printable(environ.get("PATH_INFO", "")),
        status,
        (time.monotonic() - started) * 1000,
        environ.get("CONTENT_LENGTH") or 0,
        size or 0,
    )


def _printable(path: str) -> str:
    # A path may hold line breaks, and a forged line of log with them.
    return path if path.isprintable() else ascii(path)
