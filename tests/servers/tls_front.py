"""Ends TLS in front of a server that speaks plain HTTP.

``tls_front PORT BACKEND_PORT CERTIFICATE_BUNDLE [CA]``; with *CA*, a client needs a certificate of this CA.
"""

import http.client
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

LOOPBACK = "127.0.0.1"
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


class Front(BaseHTTPRequestHandler):
    """Hands a request on and its answer back."""

    protocol_version = "HTTP/1.1"
    backend_port: ClassVar[int]

    def forward(self) -> None:
        """Answer with what the backend answers."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # The backend has to know, or its links lead past this front.
        headers = dict(self.headers) | {"X-Forwarded-Proto": "https"}
        backend = http.client.HTTPConnection(LOOPBACK, self.backend_port, timeout=60)
        try:
            backend.request(self.command, self.path, body, headers)
            answer = backend.getresponse()
            self._send(answer, answer.read())
        except OSError:
            self.send_error(http.HTTPStatus.BAD_GATEWAY)
        finally:
            backend.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = forward  # noqa: N815

    def _send(self, answer: http.client.HTTPResponse, body: bytes) -> None:
        self.send_response(answer.status, answer.reason)
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
        # Said again for an answer that came in chunks; a HEAD's tells the length of what was not sent.
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class TlsServer(ThreadingHTTPServer):
    """Shakes hands in the connection's own thread, so that a slow client delays nobody."""

    daemon_threads = True

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__((LOOPBACK, port), Front)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


def main(port: str, backend_port: str, bundle: str, ca: str | None = None) -> None:
    """Serve until killed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ca)
    context.load_cert_chain(bundle)
    if ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    Front.backend_port = int(backend_port)
    TlsServer(int(port), context).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
