"""What the operations are called: generators of clients make functions of it, and links into ``/docs`` end with it."""

from typing import Any

from monasca_events_api.http.description.shown import Json

_OF_DEFINITIONS = {
    "get_collection_{}s": "list_{}s",
    "post_collection_{}s": "create_{}",
    "get_{}s": "get_{}",
    "put_{}s": "replace_{}",
    "patch_{}s": "update_{}",
    "delete_{}s": "delete_{}",
}
_CALLED = {
    derived.format(kind): called.format(kind)
    for kind in ("transform", "stream_definition")
    for derived, called in _OF_DEFINITIONS.items()
} | {"post_transform_preview": "preview_transform", "post_stream_preview": "preview_stream_definition"}
"""The names of operations that are called otherwise than by their method and Cornice's name of the service."""


def operation_id(service: Any, method: str) -> str:
    """Return the name of one operation, ``list_transforms``."""
    name = derived_name(service, method)
    return _CALLED.get(name, name)


def derived_name(service: Any, method: str) -> str:
    """Return what the examples of one operation are recorded under, ``get_collection_transforms``."""
    return f"{method.lower()}_{service.name}"


def links_from_created(service: Any) -> dict[str, Json]:
    """Return the OpenAPI links from a definition that was created to what can be done with it."""
    many = service.name.removeprefix("collection_")
    here = {"id": "$response.body#/id"}
    return {
        verb: {"operationId": f"{verb}_{many.removesuffix('s')}", "parameters": here}
        for verb in ("get", "replace", "update", "delete")
    } | {"next": {"operationId": f"list_{many}", "parameters": {"offset": here["id"]}}}
