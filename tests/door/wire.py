"""Connections as bytes: what no HTTP library would send, and every answer that comes back."""

import re
import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, NamedTuple

Address = tuple[str, int]
REQUEST_ID = "x-openstack-request-id"
WITHOUT_BODY = {204, 304}
hearers: list[Callable[[bytes], object]] = []
"""What is called with every answer that is read here, header and body."""


class Answer(NamedTuple):
    """One answer; *headers* by name in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def exchange(address: Address, sent: bytes, *, heads: int = 0) -> list[Answer]:
    """Send *sent* and then one request that ends the connection; return all answers but the one to that.

    The first *heads* of them are answers to HEAD.
    """
    found = answers(received(address, sent + request("PUT", "/healthcheck/live", "Connection: close")), heads)
    return found[:-1] if found[-1].status == HTTPStatus.METHOD_NOT_ALLOWED else found


def received(address: Address, sent: bytes) -> bytes:
    """Send *sent* and return all bytes that came until the other side ended the connection."""
    with socket.create_connection(address, timeout=30) as connection:
        with suppress(OSError):  # it may be refused before its end
            connection.sendall(sent)
        return read_to_the_end(connection)


def read_to_the_end(connection: socket.socket) -> bytes:
    """Return what comes until the other side ends the connection, in whatever way."""
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def answers(text: bytes, heads: int = 0) -> list[Answer]:
    """Take *text* apart into answers, as a client would; what is no answer fails."""
    _hear(text)
    found: list[Answer] = []
    while text:
        head, separator, rest = text.partition(b"\r\n\r\n")
        assert separator, f"no answer: {text[:200]!r}"
        status, headers = _head(head)
        length = 0
        if status >= 200 and status not in WITHOUT_BODY and len(found) >= heads:
            length = int(headers["content-length"])
        assert len(rest) >= length, "an answer was cut off"
        found.append(Answer(status, headers, rest[:length]))
        text = rest[length:]
    return found


def final(found: list[Answer]) -> list[Answer]:
    """Return *found* without ``100 Continue``."""
    return [answer for answer in found if answer.status != 100]


def next_answer(connection: socket.socket, *, head: bool = False) -> Answer:
    """Read one answer from a connection that stays open."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += _more(connection)
    start, separator, body = text.partition(b"\r\n\r\n")
    status, headers = _head(start)
    length = 0 if head or status in WITHOUT_BODY or status < 200 else int(headers["content-length"])
    while len(body) < length:
        body += _more(connection)
    _hear(start + separator + body)
    assert len(body) == length, f"more than an answer: {body[length:]!r}"
    return Answer(status, headers, body)


def request(method: str, path: str, *lines: str, body: bytes = b"", version: str = "1.1") -> bytes:
    """Return a request; *lines* are headers beside ``Host``, and beside ``Content-Length`` where there is a body."""
    length = [f"Content-Length: {len(body)}"] if body else []
    head = [f"{method} {path} HTTP/{version}", "Host: localhost", *lines, *length]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def chunked(*pieces: bytes) -> bytes:
    """Return a body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def served(log: str, token: str) -> list[tuple[str, str]]:
    """Return path and request id of each request to ``/TOKEN/...`` that reached the application, from its log."""
    lines = re.findall(rf"request id=(\S+) .* path=/{token}/(\S*) status=", log)
    return [(path, identifier) for identifier, path in lines]


def _hear(text: bytes) -> None:
    for hear in hearers:
        hear(text)


def _head(text: bytes) -> tuple[int, dict[str, str]]:
    status, *lines = text.decode("latin-1").split("\r\n")
    assert status.startswith("HTTP/1."), status[:200]
    pairs: Any = (line.partition(":") for line in lines)
    return int(status.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    assert piece, "the connection ended before the answer did"
    return piece
