"""``/openapi.json``: what the API is, for programs (contract 1)."""

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.compact_json import compact_json
from monasca_events_api.http.description.document import document
from monasca_events_api.http.query import no_parameters
from monasca_events_api.http.responses import answer
from monasca_events_api.http.service import SERVICE, answer_options

_TEXT = "monasca_events_api.openapi"
_ROOT = "{root}"

openapi = answer_options(Service(name="openapi", path="/openapi.json", **SERVICE))


@openapi.get(validators=(no_parameters,))
def description(request: Request) -> Response:
    """Describe the API in OpenAPI 3.1."""
    text: str | None = getattr(request.registry, _TEXT, None)
    if text is None:
        # Made once a process, from the services that Cornice knows; two threads at once would make the same.
        services = request.registry.cornice_services.values()
        text = compact_json(document(services, request.settings, _ROOT))
        setattr(request.registry, _TEXT, text)
    return answer(request, text.replace(compact_json(_ROOT), compact_json(request.application_url)))
