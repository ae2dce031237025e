"""A server before the service that a test lets meddle with a request: answer it, lose its answer, come first."""

import gzip
import threading
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

import httpx

from servers.ports import LOOPBACK


class Answer(NamedTuple):
    """What a client gets."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


PassOn = Callable[[], Answer]
Meddle = Callable[[str, PassOn], Answer | None]
"""Given the method and what passes the request on, returns the answer; None: the connection ends without one."""


def losing_the_answer(_method: str, pass_on: PassOn) -> None:
    pass_on()


def losing_the_request(_method: str, _pass_on: PassOn) -> None:
    """Do nothing."""


def unavailable(_method: str, _pass_on: PassOn) -> Answer:
    return Answer(503, {"Retry-After": "0"})


def giving(status: int, headers: dict[str, str], body: bytes = b"") -> Callable[[str, PassOn], Answer]:
    """Answer in the service's place."""
    return lambda _method, _pass_on: Answer(status, headers, body)


def compressed(answer: Answer) -> Answer:
    """Return *answer* as nginx would compress it."""
    headers = {**answer.headers, "ETag": f"W/{answer.headers['ETag']}", "Content-Encoding": "gzip"}
    return Answer(answer.status, headers, gzip.compress(answer.body))


class Front:
    """Passes all on, but for the first request of the method that a test names.

    *headers* are those of all requests that came. What *compresses* does so for all who take it.
    """

    compresses = False

    def __init__(self, service_url: str) -> None:
        self._service = httpx.Client(base_url=service_url, trust_env=False)
        self._meddling: dict[str, list[Meddle]] = {}
        self.headers: list[Message] = []
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    def once(self, method: str, meddle: Meddle) -> None:
        """Let *meddle* have the next request of *method* (those for a preview are of ``PREVIEW``)."""
        self._meddling.setdefault(method, []).append(meddle)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._service.close()

    def answer(self, request: BaseHTTPRequestHandler) -> Answer | None:
        """Return the answer to *request*."""
        self.headers.append(request.headers)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        named = {name: request.headers[name] for name in ("Content-Type", "If-Match") if name in request.headers}

        def pass_on() -> Answer:
            given = self._service.request(request.command, request.path, content=body, headers=named)
            answer = Answer(given.status_code, {"ETag": given.headers.get("ETag", "")}, given.content)
            is_compressed = self.compresses and "gzip" in request.headers.get("Accept-Encoding", "")
            return compressed(answer) if is_compressed else answer

        method = "PREVIEW" if "/preview" in request.path else request.command
        planned = self._meddling.get(method)
        return planned.pop(0)(method, pass_on) if planned else pass_on()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                given = front.answer(self)
                if given is None:
                    self.close_connection = True
                    return
                self.send_response(given.status)
                for name, value in {**given.headers, "Content-Length": str(len(given.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(given.body)

            def log_message(self, *_arguments: Any) -> None:
                """Say nothing."""

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        return Handler
