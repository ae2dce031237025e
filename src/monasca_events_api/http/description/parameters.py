"""Query parameters and request headers in OpenAPI: which an operation knows is read off its validators."""

from collections.abc import Mapping
from typing import Any

from monasca_events_api.http import docs_page, playground_page
from monasca_events_api.http.definitions import DefinitionResource
from monasca_events_api.http.description.shown import Json
from monasca_events_api.http.pages import PARAMETERS, SORTS
from monasca_events_api.http.tenant import LONGEST, PARAMETER
from monasca_events_api.settings import Settings

PAGED = "of_tenant_and_page"
OF_TENANT = ("of_tenant", PAGED, "posted_events", "preview_body")
FILES = {"docs_file": docs_page.FILES, "playground_file": playground_page.FILES}
CONDITIONAL = {"GET": "If-None-Match", "HEAD": "If-None-Match"} | dict.fromkeys(("PUT", "PATCH", "DELETE"), "If-Match")

HEADERS = {
    "If-Match": "Only if the definition has one of these entity tags: two clients cannot overwrite each other",
    "If-None-Match": "Only if the definition has none of these entity tags: what is known is not sent again",
    "Prefer": "`return=representation` asks for a receipt for each event",
    "X-OpenStack-Request-ID": "`req-` and a UUID, the id that the client gives the request: it is logged",
}
TAG = r'(W/)?"[!#-~]*"'
FORMS: dict[str, Json] = {"If-Match": {"pattern": rf"^(\*|{TAG}( *, *{TAG})*)$"}}
"""What those headers look like that are refused when they look otherwise; generators of clients want plain strings."""


def parameters(service: Any, method: str, args: Mapping[str, Any], settings: Settings) -> list[Json]:
    """Return the parameters of one operation of a Cornice service."""
    resource = args.get("klass")
    kind = kind_of(service.path)
    found = [_in_path("id", {"format": f"{kind}-id"})] if "{id}" in service.path else []
    if "{file}" in service.path:
        found.append(_in_path("file", {} if method == "OPTIONS" else {"enum": [*FILES[service.name]]}))
    schemas = _schemas(kind, settings)
    found += [_in_query(name, schemas[name]) for name in query_names(service, method, args)]
    if resource is not None and "{id}" in service.path and method in CONDITIONAL:
        found.append(_header(CONDITIONAL[method]))
    if service.name == "events" and method == "POST":
        found.append(_header("Prefer"))
    return [*found, _header("X-OpenStack-Request-ID")]


def query_names(service: Any, method: str, args: Mapping[str, Any]) -> list[str]:
    """Return the names of the query parameters that an operation knows."""
    validators = {getattr(each, "__name__", each) for each in args.get("validators", ())}
    known = [PARAMETER] if validators.intersection(OF_TENANT) else []
    if method == "OPTIONS" and service.path.startswith("/v2.0/"):
        known = [PARAMETER]
    resource: type[DefinitionResource] | None = args.get("klass")
    return known + ([*PARAMETERS, *resource.list_filters] if resource and PAGED in validators else [])


def kind_of(path: str) -> str:
    """Return the kind of definition that *path* leads to, ``transform``, by its noun."""
    return path.removeprefix("/v2.0/").partition("/")[0].removesuffix("s")


def _schemas(kind: str, settings: Settings) -> dict[str, Json]:
    after = {"type": "string", "format": f"{kind}-id", "description": "The id behind which the page starts"}
    return {
        PARAMETER: {
            "type": "string",
            "format": "tenant-id",
            "minLength": 1,
            "maxLength": LONGEST,
            "description": "For a delegate: the tenant to act for, in place of the token's project",
        },
        "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": settings.page_limit,
            "default": settings.page_limit,
            "description": "The most elements of a page",
        },
        "offset": after,
        "marker": {**after, "description": f"{after['description']}; a synonym of `offset`, not both"},
        "offset_value": {
            "type": "string",
            "description": "What the definition at `offset` was sorted by when it was shown: a name, or a Unix time. "
            "The link `next` has it where `sort` is another than `created_at`",
        },
        "sort": {
            "type": "string",
            "enum": [*SORTS],
            "default": "created_at",
            "description": "The order, upwards unless `:desc`",
        },
        "with_count": {"type": "boolean", "default": False, "description": "Tell in `count` how many there are in all"},
        "name": {"type": "string", "description": "Those of exactly this name"},
        "enabled": {"type": "boolean", "description": "Those that are, or are not, enabled"},
    }


def _in_path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", **schema}}


def _in_query(name: str, schema: Json) -> Json:
    plain = {key: value for key, value in schema.items() if key != "description"}
    return {"name": name, "in": "query", "description": schema["description"], "schema": plain}


def _header(name: str) -> Json:
    schema = {"type": "string", **FORMS.get(name, {})}
    return {"name": name, "in": "header", "description": HEADERS[name], "schema": schema}
