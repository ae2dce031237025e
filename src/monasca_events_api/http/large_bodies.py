"""Large bodies are taken apart a few at a time (contract 1.7: memory).

As Python values they need up to 25 times the memory of their text: ``{},`` has 3 bytes there, and 72 here.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pyramid.request import Request

from monasca_events_api.errors import Unavailable

LARGE_BYTES = 1 << 20
AT_ONCE = 2
WAIT_SECONDS = 3.0
"""One would not do: of sixteen clients that post 1 000 events at a time, on two cores, some wait longer than that."""

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn(size: int) -> Iterator[None]:
    """Wait until a body of *size* bytes may be taken apart; it has to be gone at the end of the ``with``.

    Raises Unavailable when that takes too long: the threads are for other requests, too.
    """
    if size <= LARGE_BYTES:
        yield
        return
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Too many large bodies at a time")
    try:
        yield
    finally:
        _turns.release()


def keep_turn(request: Request, size: int) -> None:
    """Wait for a turn that ends with *request*. Raises Unavailable."""
    kept = ExitStack()
    kept.enter_context(turn(size))
    request.add_finished_callback(lambda _request: kept.close())
