"""Has the relay emit what a request has announced, right after its commit (contract 2, Definitions).

Registered over pyramid_tm's tween: when the answer comes by here, the transaction has ended. The tween only wakes the
relay, which reads the outbox. So it can neither delay nor fail the answer, and a crash right here loses nothing.
"""

from collections.abc import Callable

from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.http.transactions import changes_definitions

Handler = Callable[[Request], Response]


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
