"""Pages for a browser: all of their files are here, and a browser asks nobody else (contract 1)."""

from collections.abc import Mapping
from html import escape
from importlib.resources import files

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response

STATIC = files(__package__).joinpath("static")
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}

# Only what comes from here runs, and is asked; data: are the pictures in Swagger UI's style sheet.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(request: Request, place: str, policy: str = POLICY) -> Response:
    """Return the page at *place* below ``static``; ``{root}`` in it is where the client sees the service."""
    text = STATIC.joinpath(place).read_text(encoding="utf-8").replace("{root}", escape(request.script_name))
    return _answer(text.encode(), place, policy)


def file(request: Request, places: Mapping[str, str]) -> Response:
    """Return the file that the address names, one of *places*. Raises HTTPNotFound."""
    place = places.get(request.matchdict["file"])
    if place is None:
        raise HTTPNotFound
    return _answer(STATIC.joinpath(place).read_bytes(), place, POLICY)


def _answer(content: bytes, place: str, policy: str) -> Response:
    response = Response(content, content_type=TYPES[place[place.rindex(".") :]], charset="utf-8")
    # Asked for each time, sent only when it differs: files of two releases do not work together.
    response.headers["Cache-Control"] = "no-cache"
    response.md5_etag()
    response.conditional_response = True
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
