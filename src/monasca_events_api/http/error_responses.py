"""Every error answer is built here: one shape for all of them (contract 1.7)."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from pyramid.config import Configurator
from pyramid.exceptions import PredicateMismatch, URLDecodeError
from pyramid.httpexceptions import HTTPException, HTTPForbidden, HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from webob.util import status_reasons

from monasca_events_api import errors
from monasca_events_api.errors import Fault, ServiceError
from monasca_events_api.http.error_codes import Told, of_error, of_fault, of_status
from monasca_events_api.http.query import undecodable_parameters
from monasca_events_api.http.request_id import HEADER, request_id
from monasca_events_api.http.responses import CONTENT_TYPE, private
from monasca_events_api.http.tenant import PARAMETER, NoDelegate
from monasca_events_api.semantics.faults import MOST_FAULTS

log = logging.getLogger(__name__)

RETRY_AFTER = "1"
DEFECT = "The service has failed; its log says why, by this request id"


def error_body(
    environ: dict[str, Any], status: int, description: str, faults: Sequence[Fault] = (), told: Told | None = None
) -> bytes:
    """Return the JSON body of an error answer; of *faults* the first hundred are listed.

    Where there are none the one item is *told*, or what the status itself says.
    """
    told = told or of_status(status)
    # Not HTTPStatus: its words change from one Python to the next.
    title = status_reasons[status]
    listed = [(fault, of_fault(fault.location, fault.description)) for fault in faults[:MOST_FAULTS]]
    holder = {"id": told.holder} if told.holder else {}
    body = {
        "title": title,
        "description": description,
        "request_id": request_id(environ),
        "errors": [
            {**asdict(fault), "code": code, "status": status, "title": title, **holder}
            for fault, code in listed or [(Fault(told.location, told.name, description), told.code)]
        ],
    }
    # The text may quote what the client sent, half of a surrogate pair included.
    return json.dumps(body, ensure_ascii=False).encode(errors="replace")


def refusal(
    request: Request, status: int, description: str, faults: Sequence[Fault] = (), told: Told | None = None
) -> Response:
    """Return an error answer."""
    response = Response(body=error_body(request.environ, status, description, faults, told), status=status)
    response.headers["Content-Type"] = CONTENT_TYPE
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER
    return private(response) if request.identity is not None else response


def service_error(error: ServiceError, request: Request) -> Response:
    """Answer what the service itself reports."""
    told = of_error(error)
    faults: Sequence[Fault] = getattr(error, "faults", ())
    if isinstance(error, errors.Invalid):
        return refusal(request, told.status, _description(faults), faults)
    return refusal(request, told.status, str(error), faults, told)


def forbidden(_error: HTTPForbidden, request: Request) -> Response:
    """Answer who may not do this, or is nobody."""
    if request.identity is None:
        response = refusal(request, 401, "A token of a project is needed")
        response.headers["WWW-Authenticate"] = "Keystone"
        return response
    return refusal(request, 403, "None of your roles allows this")


def no_delegate(error: NoDelegate, request: Request) -> Response:
    """Answer who may act for no other tenant, or is nobody."""
    if request.identity is None:
        return forbidden(error, request)
    told = of_status(HTTPStatus.FORBIDDEN)._replace(location="querystring", name=PARAMETER)
    return refusal(request, HTTPStatus.FORBIDDEN, f"None of your roles allows the parameter {PARAMETER}", told=told)


def not_found(_error: HTTPNotFound, request: Request) -> Response:
    """Answer an address that the service does not have."""
    return refusal(request, 404, "No such resource")


def undecodable(error: UnicodeDecodeError, request: Request) -> Response:
    """Answer a path or query that is no UTF-8."""
    faults = [Fault("querystring", name, "Must be UTF-8") for name in undecodable_parameters(request)]
    if isinstance(error, URLDecodeError) or not faults:
        faults = [Fault("path", "", "Must be UTF-8"), *faults]
    return refusal(request, 400, "The URL is not UTF-8", faults)


def http_error(error: HTTPException, request: Request) -> Response:
    """Answer what Pyramid and Cornice raise, and our own 405, 406, 413 and 415."""
    text = error.detail or error.explanation or f"{request.method} is not for this resource"
    response = refusal(request, error.status_code, text)
    if "Allow" in error.headers:
        allowed = {method.strip() for method in error.headers["Allow"].split(",")}
        response.headers["Allow"] = allow(allowed)
    return response


def defect(error: Exception, request: Request) -> Response:
    """Answer a defect of ours: the log has the trace, the client the id to find it by."""
    log.error("defect request_id=%s", request_id(request.environ), exc_info=error)
    return refusal(request, 500, DEFECT)


def last_resort(error: Exception, environ: dict[str, Any]) -> Response:
    """Answer a defect of ours where no exception view is called: outside of all tweens."""
    log.error("defect request_id=%s", request_id(environ), exc_info=error)
    response = Response(body=error_body(environ, 500, DEFECT), status=500)
    response.headers["Content-Type"] = CONTENT_TYPE
    response.headers[HEADER] = request_id(environ)
    return private(response)


def allow(methods: set[str]) -> str:
    """Return the value of ``Allow`` for *methods*, with what comes with them."""
    implied = {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    return ", ".join(sorted(methods | implied))


def _description(faults: Sequence[Fault]) -> str:
    first = faults[0]
    return f"{first.name}: {first.description}" if first.name else first.description


def includeme(config: Configurator) -> None:
    """Register the views, for everybody: who is refused may know why."""
    views = {
        ServiceError: service_error,
        HTTPForbidden: forbidden,
        NoDelegate: no_delegate,
        HTTPNotFound: not_found,
        PredicateMismatch: not_found,
        URLDecodeError: undecodable,
        UnicodeDecodeError: undecodable,
        HTTPException: http_error,
        Exception: defect,
    }
    for context, view in views.items():
        config.add_exception_view(view, context=context)
