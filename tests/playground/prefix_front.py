"""A proxy that has the service below a path of its own, and the service's answer for what it does not know."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from servers.ports import LOOPBACK, free_port

PREFIX = "/cloud/events"


class Front(BaseHTTPRequestHandler):
    """Hands on what is below the prefix, without it, and says so in the header that proxies say it in."""

    protocol_version = "HTTP/1.1"
    backend: ClassVar[tuple[str, int]]

    def forward(self) -> None:
        """Answer with what the service answers; with a page of its own for all else."""
        if not self.path.startswith(PREFIX):
            self._send(502, b"<h1>Bad Gateway</h1>", {"Content-Type": "text/html"})
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection(*self.backend, timeout=60)
        try:
            headers = dict(self.headers) | {"X-Forwarded-Prefix": PREFIX}
            connection.request(self.command, self.path.removeprefix(PREFIX), body, headers)
            answer = connection.getresponse()
            kept = {"Content-Type", "Content-Security-Policy"}
            self._send(answer.status, answer.read(), {name: answer.headers[name] or "" for name in kept})
        finally:
            connection.close()

    do_GET = do_POST = forward  # noqa: N815

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def prefix_front(backend: tuple[str, int]) -> Iterator[str]:
    """Give the URL at which the service at *backend* is behind the proxy."""
    front = type("FrontOfOne", (Front,), {"backend": backend})
    server = ThreadingHTTPServer((LOOPBACK, free_port()), front)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}{PREFIX}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
