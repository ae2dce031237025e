"""A floor: the least that a WSGI server does for an answer. ``bare_wsgi.py PORT ours|waitress THREADS``.

``GET /1234`` answers with a body of 1234 bytes, and the headers that the service sends. *ours* is waitress as the
service runs it, *waitress* the server as it comes.
"""

import socket
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from waitress import serve

from monasca_events_api.serving.worker import Worker

LOOPBACK = "127.0.0.1"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer with as many bytes as the path says."""
    body = _body(environ["PATH_INFO"])
    start_response("200 OK", [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "X-Auth-Token"),
        ("ETag", '"1"'),
        ("X-OpenStack-Request-ID", "req-00000000-0000-4000-8000-000000000000"),
    ])  # fmt: skip
    return [body]


@cache
def _body(path: str) -> bytes:
    return b"x" * int(path[1:])


def main(port: str, server: str, threads: str) -> None:
    """Serve until killed."""
    if server == "waitress":
        serve(application, host=LOOPBACK, port=int(port), threads=int(threads))
        return
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK, int(port)))
    Worker(application, [listening], {"threads": threads}).run(lambda: False)


if __name__ == "__main__":
    main(*sys.argv[1:])
