"""``/v2.0/events`` (contract 1.5): events in, nothing out."""

from typing import Any

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.compact_json import compact_json
from monasca_events_api.errors import Invalid
from monasca_events_api.http.json_body import read_body
from monasca_events_api.http.large_bodies import turn
from monasca_events_api.http.paths import EVENTS
from monasca_events_api.http.permissions import POST_EVENTS
from monasca_events_api.http.query import parameters
from monasca_events_api.http.request_faults import acceptable
from monasca_events_api.http.request_id import request_id
from monasca_events_api.http.responses import answer, empty
from monasca_events_api.http.schemas.event import EventBatch
from monasca_events_api.http.service import SERVICE, answer_options
from monasca_events_api.http.tenant import PARAMETER, tenant_of
from monasca_events_api.messaging.publisher import Receipt

events = Service(name="events", path=EVENTS, **SERVICE)


def posted_events(request: Request, schema: EventBatch, **_options: Any) -> None:
    """Check parameters and body, into ``request.validated``."""
    acceptable(request)
    query, faults = parameters(request, (PARAMETER,))
    request.validated["tenant_id"] = tenant_of(request, query, faults)
    body = read_body(request, request.settings.max_body_bytes)
    room = request.event_intake.room(request.validated["tenant_id"])
    try:
        with turn(len(body)):
            request.validated["events"] = schema.read(body, request.settings.max_events, room)
    except Invalid as invalid:
        faults += invalid.faults
    if faults:
        raise Invalid(faults)


@events.post(schema=EventBatch(), validators=(posted_events,), permission=POST_EVENTS)
def post(request: Request) -> Response:
    """Publish events; answer when all in-sync replicas have every one of them."""
    receipts = request.event_intake.accept(
        request.validated["tenant_id"], request.validated["events"], request_id(request.environ)
    )
    if not _wants_receipts(request):
        return empty(request)
    return _receipts(request, receipts)


def _wants_receipts(request: Request) -> bool:
    asked: str = request.headers.get("Prefer", "")
    for preference in asked.lower().split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip() == "return":
            return value.strip().strip('"') == "representation"  # RFC 7240: of several the first counts
    return False


def _receipts(request: Request, receipts: list[Receipt]) -> Response:
    posted = request.validated["events"]
    elements = [
        {"message_id": event.message_id, **receipt._asdict()} for event, receipt in zip(posted, receipts, strict=True)
    ]
    response = answer(request, compact_json({"elements": elements}))
    response.headers["Preference-Applied"] = "return=representation"
    return response


answer_options(events)
