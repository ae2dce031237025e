"""The document itself: an operation for each method of each service."""

import inspect
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

import msgspec

from monasca_events_api.http.description.answers import HEADERS, answers
from monasca_events_api.http.description.bodies import bodies, body_name
from monasca_events_api.http.description.operations import derived_name, links_from_created, operation_id
from monasca_events_api.http.description.parameters import kind_of, parameters
from monasca_events_api.http.description.shown import Json, ref, schemas
from monasca_events_api.http.description.titles import with_titles_once
from monasca_events_api.http.json_body import JSON_TYPES, PATCH_TYPES
from monasca_events_api.http.paths import needs_token
from monasca_events_api.settings import Settings

VERSION = "2.0"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
TOKEN = "token"  # noqa: S105 - the scheme's name
EXAMPLES = "examples.json"
TAGS = {
    "transforms": "What is kept of a notification: an event with traits.",
    "stream-definitions": "Which events belong together, and what has to be among them for an action to fire.",
    "events": "What has happened.",
    "service": "The service itself: versions, descriptions, health. Open to everybody.",
}
"""The groups of operations, in the order in which a reader comes to need them."""
_ABOUT = """\
A tenant's transforms and stream definitions, and the events that they are for.

1. Make a **transform**, `POST /v2.0/transforms`: what is kept of which notifications.
2. Make a **stream definition**, `POST /v2.0/stream-definitions`: which events belong together, and when they fire.
3. Try both first, in `/playground`: it shows what they would do as you type, and stores nothing.

A request bears a token of Keystone in `X-Auth-Token`; the token's project is the tenant.

**Errors** have one shape: in `errors` an item for each fault, with its `location`, `name` and `description`, and a
`code` for programs. After a 503 try again, when `Retry-After` says.

**Changes:** send the `ETag` of what you have read as `If-Match`, and nobody's change is lost: 412 says that somebody
was first.

**Lists** have a link `next` until their last page.

- What answers GET answers HEAD, too, and every path OPTIONS. A path may end with a slash, and `stream-definition`
  stands for `stream-definitions`.
- Formats that JSON Schema has no words for: `field-path`, `time-expression`, `yaml-specification`, `iso8601`,
  `finite-number`; `transform-id` and `stream-definition-id` are ids of what the tenant has, `tenant-id` is a project's.
- Refused: 3000.0 where an integer is due; lone surrogates in any text; in definitions and previews NUL, and a key that
  an object has twice."""


def document(services: Iterable[Any], settings: Settings, root: str) -> Json:
    """Return the OpenAPI document of Cornice's *services*, which are at the URL *root*."""
    services = list(services)
    examples = read_examples()
    paths: dict[str, Json] = {}
    for service in sorted(services, key=lambda each: str(each.path)):
        paths[service.path] = {
            method.lower(): _operation(service, method, view, args, settings, examples)
            for method, view, args in sorted(service.definitions, key=lambda each: METHODS.index(each[0]))
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Monasca Events API",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root}],
        "security": [{TOKEN: []}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths,
        "components": {
            "securitySchemes": {TOKEN: {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}},
            "headers": HEADERS,
            "schemas": with_titles_once(bodies(services, settings) | schemas(settings)),
        },
    }


def read_examples() -> dict[str, list[Json]]:
    """Return recorded exchanges by operation, each with its ``name``, ``request`` and ``response``."""
    text = files(__package__).joinpath(EXAMPLES).read_bytes()
    return msgspec.json.decode(text, type=dict[str, list[Json]])


def _operation(
    service: Any, method: str, view: Any, args: Mapping[str, Any], settings: Settings, examples: dict[str, list[Json]]
) -> Json:
    recorded = examples.get(derived_name(service, method), [])
    operation: Json = {
        "operationId": operation_id(service, method),
        "summary": _summary(method, view),
        "tags": [_tag(service.path)],
        "parameters": parameters(service, method, args, settings),
        "responses": answers(service, method, args),
    }
    if not needs_token(service.path):
        operation["security"] = []
    elif "permission" in args and method != "OPTIONS":
        operation["description"] = f"Needs a role with the permission `{args['permission']}`."
    if "schema" in args:
        operation["requestBody"] = _request_body(args["schema"], method, recorded)
    for exchange in recorded:
        _show(operation["responses"], exchange)
    if method == "POST" and args.get("klass") is not None:
        operation["responses"][str(args["klass"].created_status)]["links"] = links_from_created(service)
    return operation


def _summary(method: str, view: Any) -> str:
    if method == "OPTIONS":
        return "Tell which methods there are"
    doc = inspect.getdoc(getattr(view, "unbound_view", view)) or ""
    return doc.partition("\n")[0].rstrip(".")


def _tag(path: str) -> str:
    return kind_of(path) + "s" if path.startswith("/v2.0/") else "service"


def _request_body(schema: Any, method: str, recorded: list[Json]) -> Json:
    media: Json = {"schema": ref(body_name(schema, method))}
    good = [each for each in recorded if each["response"]["status"] < 300 and "body" in each["request"]]  # noqa: PLR2004
    if good:
        media["examples"] = {each["name"]: {"value": each["request"]["body"]} for each in good}
    types = PATCH_TYPES if method == "PATCH" else JSON_TYPES
    return {"required": True, "content": dict.fromkeys(types, media)}


def _show(responses: dict[str, Json], exchange: Json) -> None:
    answer = exchange["response"]
    if "body" in answer:
        (media,) = responses[str(answer["status"])]["content"].values()
        media.setdefault("examples", {})[exchange["name"]] = {"value": answer["body"]}
