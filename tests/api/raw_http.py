"""Requests as bytes, for what no HTTP library would send."""

import json
import socket
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What came back; *headers* by name in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's value."""
        return json.loads(self.body)


def send(address: tuple[str, int], request: bytes, *, half_close: bool = False) -> Answer:
    """Send *request* on a connection of its own and read the answer.

    With *half_close* the sender says that nothing more will come.
    """
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return read_answer(connection)


def post(path: str, body: bytes, *, headers: tuple[str, ...] = (), length: int | None = None) -> bytes:
    """Return a POST; *length* is what it says of the body's."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked_post(path: str, chunks: list[bytes], *, headers: tuple[str, ...] = ()) -> bytes:
    """Return a POST whose body comes in chunks."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", "Transfer-Encoding: chunked", *headers]
    sent = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + sent + b"0\r\n\r\n"


def read_answer(connection: socket.socket) -> Answer:
    """Read one answer until its length, or until the connection ends."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += _more(connection)
    return Answer(int(status.split()[1]), headers, body)


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the connection ended before the answer did")
    return received
