"""What all Cornice services of ours have in common."""

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from cornice import Service
from pyramid.httpexceptions import HTTPNotAcceptable
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from monasca_events_api.errors import Fault, Invalid
from monasca_events_api.http.error_responses import allow
from monasca_events_api.http.paths import needs_token
from monasca_events_api.http.query import parameters
from monasca_events_api.http.responses import empty
from monasca_events_api.http.tenant import PARAMETER, tenant_of

Resource = TypeVar("Resource", bound=type)

_ANYTHING, _JSON = "*/*", "application/json"


def add_faults(request: Request, faults: Iterable[Fault]) -> None:
    """Keep *faults* for ``refuse``."""
    for fault in faults:
        request.errors.add(fault.location, fault.name, fault.description)


def refuse(request: Request) -> NoReturn:
    """Raise what the validators have found; Cornice's own answers have another shape than ours."""
    raise Invalid([Fault(each["location"], each["name"] or "", each["description"]) for each in request.errors])


SERVICE: dict[str, Any] = {"error_handler": refuse, "factory": lambda _: None}
"""Arguments of every service. The factory keeps Cornice from making each resource twice."""


def acceptable(request: Request) -> None:
    """Raise HTTPNotAcceptable when the client takes no JSON."""
    accept = request.environ.get("HTTP_ACCEPT", _ANYTHING)
    # What nearly everybody sends need not be understood anew each time.
    if accept not in (_ANYTHING, _JSON) and not request.accept.acceptable_offers([_JSON]):
        raise HTTPNotAcceptable(detail="The answers are application/json")


def with_options(resource: Resource) -> Resource:
    """Let every service of *resource* answer OPTIONS with the methods that it has."""
    for service in resource._services.values():  # type: ignore[attr-defined]  # noqa: SLF001
        answer_options(service)
    return resource


def answer_options(service: Service) -> Service:
    """Let *service* answer OPTIONS with the methods that it has."""
    known = (PARAMETER,) if needs_token(service.path) else ()

    def options(request: Request) -> Response:
        query, faults = parameters(request, known)
        if PARAMETER in query:
            tenant_of(request, query, faults)
        if faults:
            raise Invalid(faults)
        response = empty(request)
        response.headers["Allow"] = allow(set(service.defined_methods))
        return response

    service.add_view("OPTIONS", options, permission=NO_PERMISSION_REQUIRED)
    return service
