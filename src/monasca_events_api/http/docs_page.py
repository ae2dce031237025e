"""``/docs``: a page to read the description of the API and to try it (contract 1)."""

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.http import page_files
from monasca_events_api.http.query import no_parameters
from monasca_events_api.http.service import SERVICE, answer_options

FILES = {name: "swagger-ui/" + name for name in ("swagger-ui-bundle.js", "swagger-ui.css")} | {
    name: name for name in ("docs.js", "docs.css")
}
"""The page's files by the names in their addresses."""

docs = answer_options(Service(name="docs", path="/docs", **SERVICE))
docs_file = answer_options(Service(name="docs_file", path="/docs/{file}", **SERVICE))


@docs.get(validators=(no_parameters,))
def page(request: Request) -> Response:
    """Show the page to read and try the API."""
    return page_files.page(request, "docs.html")


@docs_file.get(validators=(no_parameters,))
def file(request: Request) -> Response:
    """Show one of the page's files."""
    return page_files.file(request, FILES)
