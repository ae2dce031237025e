"""Answers in JSON, with the headers that all of them bear."""

from collections.abc import Iterable

from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.http.identity import identity

CONTENT_TYPE = "application/json; charset=utf-8"
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "X-Auth-Token"}


def answer(request: Request, text: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Return *text*, which is JSON already, with *headers* as an answer; one that a token opened is private."""
    body = text.encode()
    # All at once: for each header that is set by itself WebOb looks through those that are there.
    all_headers = [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body))), *headers]
    if identity(request.environ) is not None:
        all_headers += _PRIVATE.items()
    return Response(app_iter=[body], status=status, headerlist=all_headers)


def empty(request: Request) -> Response:
    """Return an answer without a body: 204."""
    response = Response(status=204)
    return private(response) if request.identity is not None else response


def unchanged(request: Request, revision: int) -> Response:
    """Return what says that the client has *revision* of a definition already: 304, with its ETag."""
    known = empty(request)
    known.status_code = 304
    known.headers.update([etag(revision)])
    return known


def etag(revision: int) -> tuple[str, str]:
    """Return the header that names *revision* of a definition."""
    return "ETag", f'"{revision}"'


def private(response: Response) -> Response:
    """Keep caches from showing *response* to others (contract 1.4, Caching)."""
    response.headers.update(_PRIVATE)
    return response
