"""Emits what a request has announced, after its commit (contract 2, Definitions).

Registered over pyramid_tm's tween: when the answer comes by here, the transaction has ended. It wakes the relay,
which reads the outbox; it does not send, so it can neither delay nor fail the answer, and a crash right here
loses nothing.
"""

from collections.abc import Callable

from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EVENTS = "/v2.0/events"
Handler = Callable[[Request], Response]


def changes_definitions(request: Request) -> bool:
    """Say whether the request needs a transaction: reads, events and previews do not."""
    if request.method in SAFE_METHODS:
        return False
    # As it was sent: what is no UTF-8 is refused later, where refusals are made.
    path = request.environ["PATH_INFO"]
    return path != EVENTS and not path.endswith("/preview")


def kafka_tween_factory(handler: Handler, registry: Registry) -> Handler:
    """Return the tween."""
    wake: Callable[[], None] = registry.relay.wake

    def kafka_tween(request: Request) -> Response:
        response = handler(request)
        # Events are out when they are answered: for each of them the relay would ask the database in vain.
        if changes_definitions(request) and response.status_code < 400:  # noqa: PLR2004
            wake()
        return response

    return kafka_tween
