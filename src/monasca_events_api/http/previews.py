"""``/v2.0/transforms/preview`` and ``/v2.0/stream-definitions/preview`` (contract 1.6)."""

import json
from typing import Any

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.domain import definitions, previews
from monasca_events_api.domain.kinds import Kind
from monasca_events_api.errors import Fault, Invalid, NotFound
from monasca_events_api.http import json_body
from monasca_events_api.http.permissions import FULL_ACCESS
from monasca_events_api.http.query import parameters
from monasca_events_api.http.responses import answer
from monasca_events_api.http.schemas.preview import StreamPreviewBody, TransformPreviewBody
from monasca_events_api.http.schemas.strict_types import ClosedMapping
from monasca_events_api.http.service import SERVICE, acceptable, answer_options
from monasca_events_api.http.tenant import PARAMETER, tenant_of
from monasca_events_api.semantics import specification, stream_definition
from monasca_events_api.semantics.distiller import Transform, compile_transform
from monasca_events_api.semantics.stream_definition import StreamDefinition

# This module comes before those of the definitions in the alphabet, so Pyramid tries these addresses before
# /v2.0/transforms/{id}.
transform_preview = answer_options(Service(name="transform_preview", path="/v2.0/transforms/preview", **SERVICE))
stream_preview = answer_options(Service(name="stream_preview", path="/v2.0/stream-definitions/preview", **SERVICE))


def preview_body(request: Request, schema: ClosedMapping, **_options: Any) -> None:
    """Check parameters and body, into ``request.validated``."""
    acceptable(request)
    query, faults = parameters(request, (PARAMETER,))
    request.validated["out_of_time"] = previews.time_limit()
    request.validated["tenant_id"] = tenant_of(request, query)
    body = json_body.parse(json_body.read_body(request, request.settings.max_body_bytes))
    wrong, fields = schema.faults_and_fields(body, request.settings)
    request.validated.update(fields)
    faults += [Fault("body", each.name, each.description) for each in wrong]
    if isinstance(body, dict):
        faults += _alternatives(schema, body)
    for fault in faults:
        request.errors.add(fault.location, fault.name, fault.description)


def _alternatives(schema: ClosedMapping, body: dict[str, Any]) -> list[Fault]:
    of_stream = isinstance(schema, StreamPreviewBody)
    first, second = ("definition", "stream_definition_id") if of_stream else ("specification", "transform_id")
    if first in body and second in body:
        return [Fault("body", second, f"Stands beside {first}: only one of them may")]
    if first not in body and second not in body:
        return [Fault("body", first, f"Required, or {second}")]
    if of_stream and "specification" in body and "transform_id" in body:
        return [Fault("body", "transform_id", "Stands beside specification: only one of them may")]
    return []


@transform_preview.post(schema=TransformPreviewBody(), validators=(preview_body,), permission=FULL_ACCESS)
def preview_transform(request: Request) -> Response:
    """Tell what a specification would make of notifications."""
    given = request.validated
    transform = _transform(request)
    results = previews.distilled(transform, given["events"], given["out_of_time"]) if transform else []
    return answer(request, _json({"results": results}))


@stream_preview.post(schema=StreamPreviewBody(), validators=(preview_body,), permission=FULL_ACCESS)
def preview_streams(request: Request) -> Response:
    """Tell which streams events would make, and which of them would fire."""
    given = request.validated
    told = previews.streams(
        _definition(request), _transform(request), given["events"], given.get("until"), given["out_of_time"]
    )
    return answer(request, _json(told))


def _transform(request: Request) -> Transform | None:
    if "transform_id" not in request.validated:
        given: Transform | None = request.validated.get("specification")
        return given
    stored = _stored(request, request.kinds.transform, "transform_id")
    return compile_transform(specification.parse(stored["specification"]))


def _definition(request: Request) -> StreamDefinition:
    if "definition" in request.validated:
        given: StreamDefinition = request.validated["definition"]
        return given
    stored = _stored(request, request.kinds.stream_definition, "stream_definition_id")
    return stream_definition.compile_definition(stored, definition_id="preview")


def _stored(request: Request, kind: Kind, key: str) -> dict[str, Any]:
    try:
        # The connection goes back before anything is computed.
        with request.database.immediate() as connection:
            found = definitions.find(connection, kind, request.validated["tenant_id"], request.validated[key])
    except NotFound as error:
        raise Invalid([Fault("body", key, str(error))]) from None
    document: dict[str, Any] = json.loads(found.document)
    return document


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
