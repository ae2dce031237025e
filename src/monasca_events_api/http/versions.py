"""``/`` and ``/v2.0``: which versions of the API there are (contract 1)."""

from typing import Any

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.compact_json import compact_json
from monasca_events_api.http.links import link, url
from monasca_events_api.http.query import no_parameters
from monasca_events_api.http.responses import answer
from monasca_events_api.http.service import SERVICE, answer_options

root = answer_options(Service(name="versions", path="/", **SERVICE))
version = answer_options(Service(name="version", path="/v2.0", **SERVICE))


@root.get(validators=(no_parameters,))
def all_versions(request: Request) -> Response:
    """List the versions, for the clients of 2015 below elements, for keystoneauth below versions."""
    found = [_version(request)]
    body = {"links": [link("self", url(request, "/"))], "elements": found, "versions": {"values": found}}
    return answer(request, compact_json(body))


@version.get(validators=(no_parameters,))
def one_version(request: Request) -> Response:
    """Show the one version, to the same two kinds of client."""
    found = _version(request)
    return answer(request, compact_json({**found, "elements": [found], "version": found}))


def _version(request: Request) -> dict[str, Any]:
    return {
        "id": "v2.0",
        "status": "CURRENT",
        "updated": "2014-02-18T00:00:00Z",
        "links": [link("self", url(request, "/v2.0"))],
    }
