"""Answers in JSON, with the headers that all of them bear."""

from pyramid.request import Request
from pyramid.response import Response

CONTENT_TYPE = "application/json; charset=utf-8"


def answer(request: Request, text: str, status: int = 200) -> Response:
    """Return *text*, which is JSON already, as an answer that only the asking token opened."""
    response = Response(body=text.encode(), status=status)
    response.headers["Content-Type"] = CONTENT_TYPE
    return private(response) if request.identity is not None else response


def empty(request: Request) -> Response:
    """Return an answer without a body: 204."""
    response = Response(status=204)
    return private(response) if request.identity is not None else response


def unchanged(request: Request, response: Response) -> Response:
    """Return what says that the client has *response* already: 304, with its ETag."""
    known = empty(request)
    known.status_code = 304
    known.etag = response.etag
    return known


def private(response: Response) -> Response:
    """Keep caches from showing *response* to others (contract 1.4, Caching)."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "X-Auth-Token"
    return response
