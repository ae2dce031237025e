"""Parts of schemas that have a title are described once, and referred to: a generated client has a class for each."""

from collections.abc import Mapping
from typing import Any

from monasca_events_api.http.description.shown import Json, ref


def with_titles_once(schemas: Mapping[str, Json]) -> dict[str, Json]:
    """Return *schemas*, and beside them each part with a title, under that; where it stood is a reference."""
    found: dict[str, Json] = {}
    for name, schema in schemas.items():
        found[name] = {key: _referring(value, found) for key, value in schema.items()}
    return found


def _referring(value: Any, found: dict[str, Json]) -> Any:
    if isinstance(value, list):
        return [_referring(each, found) for each in value]
    if not isinstance(value, dict):
        return value
    part = {key: _referring(each, found) for key, each in value.items()}
    title = part.get("title")
    # A property may be called so, too.
    if not isinstance(title, str):
        return part
    if found.setdefault(title, part) != part:
        raise ValueError(f"Two schemas have the title {title}")
    return ref(title)
