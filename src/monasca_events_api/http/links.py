"""Links as the client sees them (contract 1.4)."""

from pyramid.request import Request

from monasca_events_api.compact_json import compact_json


def url(request: Request, path: str) -> str:
    """Return the absolute URL of *path*, which begins with a slash."""
    base: str = request.application_url
    return base + path


def link(relation: str, target: str) -> dict[str, str]:
    """Return a link as the answers show it."""
    return {"rel": relation, "href": target}


def link_json(relation: str, target: str) -> str:
    """Return a link as JSON text; it ends with *target* and ``"}``."""
    return f'{{"rel":{compact_json(relation)},"href":{compact_json(target)}}}'
