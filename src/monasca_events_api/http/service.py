"""How a Cornice service of ours is declared: its arguments, and what it answers to OPTIONS."""

from typing import Any, TypeVar

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from monasca_events_api.errors import Invalid
from monasca_events_api.http.error_responses import allow
from monasca_events_api.http.paths import needs_token
from monasca_events_api.http.query import parameters
from monasca_events_api.http.request_faults import refuse
from monasca_events_api.http.responses import empty
from monasca_events_api.http.tenant import PARAMETER, tenant_of

Resource = TypeVar("Resource", bound=type)


SERVICE: dict[str, Any] = {"error_handler": refuse, "factory": lambda _: None}
"""Arguments of every service. The factory keeps Cornice from making each resource twice."""


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
