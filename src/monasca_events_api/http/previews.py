"""``/v2.0/transforms/preview`` and ``/v2.0/stream-definitions/preview`` (contract 1.6)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api import metrics
from monasca_events_api.compact_json import compact_json
from monasca_events_api.domain import definitions, previews
from monasca_events_api.errors import Fault, Invalid, NotFound
from monasca_events_api.http import json_body
from monasca_events_api.http.large_bodies import keep_turn
from monasca_events_api.http.permissions import FULL_ACCESS
from monasca_events_api.http.query import parameters
from monasca_events_api.http.request_faults import acceptable, add_faults, refuse
from monasca_events_api.http.responses import answer
from monasca_events_api.http.schemas.preview import StreamPreviewBody, TransformPreviewBody
from monasca_events_api.http.schemas.strict_types import ClosedMapping
from monasca_events_api.http.service import SERVICE, answer_options
from monasca_events_api.http.tenant import PARAMETER, tenant_of
from monasca_events_api.semantics import specification, stream_definition
from monasca_events_api.semantics.distiller import Transform, compile_transform
from monasca_events_api.semantics.stream_definition import StreamDefinition

MOST_CHARACTERS = 16_000_000
"""In the answer to a preview; of a thousand events with what there is to say of them it has a tenth."""

transform_preview = answer_options(Service(name="transform_preview", path="/v2.0/transforms/preview", **SERVICE))
stream_preview = answer_options(Service(name="stream_preview", path="/v2.0/stream-definitions/preview", **SERVICE))


def preview_body(request: Request, schema: ClosedMapping, **_options: Any) -> None:
    """Check parameters and body, into ``request.validated``."""
    acceptable(request)
    query, faults = parameters(request, (PARAMETER,))
    request.validated["tenant_id"] = tenant_of(request, query, faults)
    text = json_body.read_body(request, request.settings.max_body_bytes)
    keep_turn(request, len(text))
    # Only now: how long others took before is no reason to send fewer events.
    request.validated["time_limit"] = previews.time_limit()
    add_faults(request, faults)
    try:
        body = json_body.parse(text)
    except Invalid as invalid:
        add_faults(request, invalid.faults)
        refuse(request)
    wrong, fields = schema.faults_and_fields(body, request.settings)
    request.validated.update(fields)
    if isinstance(body, dict):
        wrong = [*wrong, *schema.alternatives(body)]
    add_faults(request, (Fault("body", each.name, each.description) for each in wrong))


@transform_preview.post(schema=TransformPreviewBody(), validators=(preview_body,), permission=FULL_ACCESS)
@metrics.PREVIEWS.time("transform")
def preview_transform(request: Request) -> Response:
    """Tell what a specification would make of notifications."""
    given = request.validated
    transform = _transform(request, _stored(request))
    results = previews.distilled(transform, given["events"], given["time_limit"]) if transform else []
    return answer(request, AnswerText().mapping({"results": results}))


@stream_preview.post(schema=StreamPreviewBody(), validators=(preview_body,), permission=FULL_ACCESS)
@metrics.PREVIEWS.time("streams")
def preview_streams(request: Request) -> Response:
    """Tell which streams events would make, and which of them would fire."""
    given = request.validated
    stored = _stored(request)
    definition, transform = _definition(request, stored), _transform(request, stored)
    told = previews.streams(definition, transform, given["events"], given.get("until"), given["time_limit"])
    return answer(request, AnswerText().mapping(told))


class AnswerText:
    """Writes an answer item by item: events of a few megabytes can be told in gigabytes."""

    def __init__(self) -> None:
        self._left = MOST_CHARACTERS

    def mapping(self, lists: Mapping[str, Iterable[Any]]) -> str:
        """Write an object of lists. Raises Invalid when it gets too long."""
        members = (f'"{name}":{self._list(items)}' for name, items in lists.items())
        return f"{{{','.join(members)}}}"

    def _list(self, items: Iterable[Any]) -> str:
        return f"[{','.join(map(self._item, items))}]"

    def _item(self, item: Any) -> str:
        text = compact_json(item)
        self._left -= len(text)
        if self._left < 0:
            too_long = f"More than {MOST_CHARACTERS} characters in the answer: send fewer events"
            raise Invalid([Fault("body", "events", too_long)])
        return text


def _transform(request: Request, stored: dict[str, Any]) -> Transform | None:
    if "transform_id" in stored:
        return compile_transform(specification.parse(stored["transform_id"]["specification"]))
    given: Transform | None = request.validated.get("specification")
    return given


def _definition(request: Request, stored: dict[str, Any]) -> StreamDefinition:
    if "stream_definition_id" in stored:
        return stream_definition.compile_definition(stored["stream_definition_id"], definition_id="preview")
    given: StreamDefinition = request.validated["definition"]
    return given


def _stored(request: Request) -> dict[str, Any]:
    """Return the definitions that the body names, by the key of their ids.

    Raises Invalid with each key whose id is not there.
    """
    kinds = {"transform_id": request.kinds.transform, "stream_definition_id": request.kinds.stream_definition}
    named = {key: kind for key, kind in kinds.items() if key in request.validated}
    stored: dict[str, Any] = {}
    faults = []
    if named:
        # The connection goes back before anything is computed.
        with request.database.immediate() as connection:
            for key, kind in named.items():
                tenant_id, definition_id = request.validated["tenant_id"], request.validated[key]
                try:
                    found = definitions.find(connection, kind, tenant_id, definition_id)
                    stored[key] = json.loads(found.document)
                except NotFound as error:
                    faults.append(Fault("body", key, str(error)))
    if faults:
        raise Invalid(faults)
    return stored
