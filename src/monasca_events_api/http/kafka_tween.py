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
Handler = Callable[[Request], Response]


def kafka_tween_factory(handler: Handler, registry: Registry) -> Handler:
    """Return the tween."""
    wake: Callable[[], None] = registry.relay.wake

    def kafka_tween(request: Request) -> Response:
        response = handler(request)
        if request.method not in SAFE_METHODS and response.status_code < 400:  # noqa: PLR2004
            wake()
        return response

    return kafka_tween
