"""Links as the client sees them (contract 1.4)."""

import json
from typing import Any

from pyramid.request import Request


def url(request: Request, path: str, query: str = "") -> str:
    """Return the absolute URL of *path*, which begins with a slash."""
    base: str = request.application_url
    return f"{base}{path}?{query}" if query else f"{base}{path}"


def link(relation: str, target: str) -> dict[str, str]:
    """Return a link as the answers show it."""
    return {"rel": relation, "href": target}


def links_json(*links: dict[str, Any]) -> str:
    """Return *links* as the JSON text of a list."""
    return json.dumps(links, ensure_ascii=False, separators=(",", ":"))
