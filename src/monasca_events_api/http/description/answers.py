"""What each operation answers when all is well, and which refusals it has."""

from collections.abc import Mapping
from typing import Any

from webob.util import status_reasons

from monasca_events_api.http.description.shown import Json, ref
from monasca_events_api.http.paths import needs_token

HEADERS: dict[str, Json] = {
    "X-OpenStack-Request-ID": {"description": "The request's id, also in the log", "schema": {"type": "string"}},
    "ETag": {"description": "The definition's revision, for `If-Match`", "schema": {"type": "string"}},
    "Location": {"description": "Where the definition is", "schema": {"type": "string"}},
    "Allow": {"description": "The methods that are there", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "Where tokens come from", "schema": {"type": "string"}},
    "Preference-Applied": {"description": "`return=representation`", "schema": {"type": "string"}},
    "Cache-Control": {"description": "`private, no-cache`", "schema": {"type": "string"}},
    "Vary": {"description": "`X-Auth-Token`", "schema": {"type": "string"}},
}
_BESIDE = {("events", 200): ("Preference-Applied",)}
_OF_REFUSAL = {401: ("WWW-Authenticate",), 503: ("Retry-After",)}
_JSON = "application/json"
OTHERS: dict[tuple[str, str], list[tuple[int, str | None]]] = {
    ("versions", "GET"): [(200, "Versions")],
    ("version", "GET"): [(200, "OneVersion")],
    ("transform_preview", "POST"): [(200, "TransformPreview")],
    ("stream_preview", "POST"): [(200, "StreamPreview")],
    ("events", "POST"): [(204, None), (200, "Receipts")],
    ("healthcheck", "GET"): [(200, "Health"), (503, "Health")],
    ("healthcheck", "HEAD"): [(204, None), (503, None)],
    ("ready", "GET"): [(200, "Health"), (503, "Health")],
    ("ready", "HEAD"): [(204, None), (503, None)],
    ("live", "GET"): [(200, "Health")],
}
"""The answers of operations that are not about definitions, by service and method, with what they show."""

_PAGE, _FILES = ("text/html",), ("text/javascript", "text/css")
MEDIA = {
    "docs": _PAGE,
    "docs_file": _FILES,
    "playground": _PAGE,
    "playground_file": _FILES,
    "metrics": ("text/plain",),
}
"""The types of what is shown by services that show no JSON of ours."""


def answers(service: Any, method: str, args: Mapping[str, Any]) -> dict[str, Json]:
    """Return the ``responses`` of one operation."""
    refused = {str(status): _refusal(status, method) for status in _refusals(service, method, args)}
    return dict(sorted((refused | _successes(service, method, args)).items()))


def _successes(service: Any, method: str, args: Mapping[str, Any]) -> dict[str, Json]:
    private = ("Cache-Control", "Vary") if needs_token(service.path) else ()
    if method == "OPTIONS":
        return {"204": _answer(204, None, (*private, "Allow"))}
    resource = args.get("klass")
    if resource is not None:
        return _of_definitions(service, method, resource, private)
    told = OTHERS.get((service.name, method)) or OTHERS.get((service.name, "GET"))
    if told is None:
        media = MEDIA.get(service.name, (_JSON,))
        shown = {"200": _answer(200, None) | ({} if method == "HEAD" else {"content": {each: {} for each in media}})}
        return shown | ({"304": _answer(304, None)} if media in (_PAGE, _FILES) else {})
    return {
        str(status): _answer(
            status,
            None if method == "HEAD" else shows,
            (*private, *_BESIDE.get((service.name, status), ()), *_OF_REFUSAL.get(status, ())),
        )
        for status, shows in told
    }


def _of_definitions(service: Any, method: str, resource: Any, private: tuple[str, ...]) -> dict[str, Json]:
    name = resource.__name__.removesuffix("s")
    if method == "DELETE":
        return {"204": _answer(204, None, private)}
    if "{id}" not in service.path and method in {"GET", "HEAD"}:
        return {"200": _answer(200, None if method == "HEAD" else f"{name}Page", private)}
    if method == "POST":
        return {str(resource.created_status): _answer(resource.created_status, name, (*private, "ETag", "Location"))}
    found = {"200": _answer(200, None if method == "HEAD" else name, (*private, "ETag"))}
    return found | ({"304": _answer(304, None, (*private, "ETag"))} if method in {"GET", "HEAD"} else {})


def _refusals(service: Any, method: str, args: Mapping[str, Any]) -> set[int]:
    found = {400, 500}
    if needs_token(service.path):
        found |= {401, 403, 503}
        if method != "OPTIONS":
            found.add(406)
    if method in {"POST", "PUT", "PATCH"}:
        found |= {413, 415}
    if "{" in service.path and method != "OPTIONS":
        found.add(404)
    if args.get("klass") is not None:
        if method in {"POST", "PUT", "PATCH"}:
            found.add(409)
        if method in {"PUT", "PATCH", "DELETE"}:
            found.add(412)
    return found


def _refusal(status: int, method: str) -> Json:
    return _answer(status, None if method == "HEAD" else "Error", _OF_REFUSAL.get(status, ()))


def _answer(status: int, shows: str | None, headers: tuple[str, ...] = ()) -> Json:
    bears = ("X-OpenStack-Request-ID", *headers)
    answer: Json = {
        "description": status_reasons[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in bears},
    }
    return answer if shows is None else {**answer, "content": {_JSON: {"schema": ref(shows)}}}
