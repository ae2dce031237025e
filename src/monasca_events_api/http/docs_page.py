"""``/docs``: a page to read the description of the API and to try it; all of its files are here (contract 1)."""

from html import escape
from importlib.resources import files

from cornice import Service
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.http.query import no_parameters
from monasca_events_api.http.service import SERVICE, answer_options

STATIC = files(__package__).joinpath("static")
TYPES = {".js": "text/javascript", ".css": "text/css"}
FILES = {name: "swagger-ui/" + name for name in ("swagger-ui-bundle.js", "swagger-ui.css")} | {
    name: name for name in ("docs.js", "docs.css")
}
"""The page's files by the names in their addresses."""

# Only what comes from here runs, and is asked; data: are the pictures in Swagger UI's style sheet.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

docs = answer_options(Service(name="docs", path="/docs", **SERVICE))
docs_file = answer_options(Service(name="docs_file", path="/docs/{file}", **SERVICE))


@docs.get(validators=(no_parameters,))
def page(request: Request) -> Response:
    """Show the page to read and try the API."""
    text = STATIC.joinpath("docs.html").read_text(encoding="utf-8").replace("{root}", escape(request.script_name))
    return _safe(Response(text, content_type="text/html", charset="utf-8"))


@docs_file.get(validators=(no_parameters,))
def file(request: Request) -> Response:
    """Show one of the page's files."""
    place = FILES.get(request.matchdict["file"])
    if place is None:
        raise HTTPNotFound
    kind = TYPES[place[place.rindex(".") :]]
    response = Response(STATIC.joinpath(place).read_bytes(), content_type=kind, charset="utf-8")
    response.headers["Cache-Control"] = "max-age=3600"
    return _safe(response)


def _safe(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
