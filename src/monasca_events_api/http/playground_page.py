"""``/playground``: a page to write definitions and see at once what they would do (contract 1.6).

All it asks are the two previews. What is typed stands in the address's fragment, which no browser sends to us.
"""

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.http import page_files
from monasca_events_api.http.query import no_parameters
from monasca_events_api.http.service import SERVICE, answer_options

FOLDERS = ("playground", "yaml")
FILES = {
    each.name: f"{folder}/{each.name}"
    for folder in FOLDERS
    for each in sorted(page_files.STATIC.joinpath(folder).iterdir(), key=lambda each: each.name)
    if each.name.endswith((".js", ".css"))
}
"""The page's files by the names in their addresses."""

# What a colleague's link brings is shown as text: with this, the browser refuses to make markup of any text.
POLICY = f"{page_files.POLICY}; require-trusted-types-for 'script'; trusted-types 'none'"

playground = answer_options(Service(name="playground", path="/playground", **SERVICE))
playground_file = answer_options(Service(name="playground_file", path="/playground/{file}", **SERVICE))


@playground.get(validators=(no_parameters,))
def page(request: Request) -> Response:
    """Show the page to try definitions."""
    return page_files.page(request, "playground/playground.html", POLICY)


@playground_file.get(validators=(no_parameters,))
def file(request: Request) -> Response:
    """Show one of the page's files."""
    return page_files.file(request, FILES)
