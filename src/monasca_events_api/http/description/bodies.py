"""JSON Schemas of request bodies: each says itself what it takes."""

from collections.abc import Iterable
from typing import Any

from monasca_events_api.http.description.shown import Json
from monasca_events_api.settings import Settings


def bodies(services: Iterable[Any], settings: Settings) -> dict[str, Json]:
    """Return the schemas of all bodies that *services* take, by name."""
    return {
        body_name(args["schema"], method): (
            args["schema"].patch_schema(settings) if method == "PATCH" else args["schema"].json_schema(settings)
        )
        for service in services
        for method, _, args in service.definitions
        if "schema" in args
    }


def body_name(schema: Any, method: str) -> str:
    """Return the name of the schema of a body."""
    return type(schema).__name__ + ("Patch" if method == "PATCH" else "")
