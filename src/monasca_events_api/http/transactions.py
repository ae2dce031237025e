"""Which requests have a transaction, and which of them may be tried again: hooks of pyramid_tm and pyramid_retry."""

from pyramid.request import Request
from webob.request import DisconnectionError

from monasca_events_api.http.paths import EVENTS

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def changes_definitions(request: Request) -> bool:
    """Say whether the request needs a transaction: reads, events and previews do not."""
    if request.method in SAFE_METHODS:
        return False
    # As it was sent: what is no UTF-8 is refused later, where refusals are made.
    path = request.environ["PATH_INFO"]
    return path != EVENTS and not path.endswith("/preview")


def attempts(request: Request) -> int | None:
    """Return how often a request may be tried: once where trying again has no use, None for the default."""
    environ = request.environ
    if environ["PATH_INFO"] == EVENTS:
        return 1  # they do not pass the database
    if "CONTENT_LENGTH" not in environ and "HTTP_TRANSFER_ENCODING" not in environ:
        return None  # there is no body
    unknown_length = request.content_length is None and "HTTP_TRANSFER_ENCODING" in environ
    if unknown_length or (request.content_length or 0) > request.settings.max_body_bytes:
        return 1  # its end is not known, or it will be refused unread
    if not request.is_body_seekable:
        try:
            request.body  # noqa: B018 - read once, it need not be copied for each attempt
        except (DisconnectionError, ConnectionError):
            return 1  # the client has left, which is told where bodies are read
    return None
