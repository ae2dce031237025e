"""Requests that two readers may read in two ways: the sets of waitress's past advisories, and a few more.

Each attack is built from the path of a first request and the bytes of a second one, which stands where one reader
sees a body and another the next request. Beside it stands what the application gets to see of it: through the
service's own server, and through the proxy.
"""

from collections.abc import Callable
from typing import NamedTuple

from door.wire import chunked

REFUSED: tuple[str, ...] = ()
FIRST = ("first",)
BOTH = ("first", "second")
SECOND = ("second",)
"""The service refuses the first one; the proxy knows where it ended, and the connection goes on."""


class Attack(NamedTuple):
    """*direct* and *proxied* are the last parts of the paths that reach the application, in order."""

    bytes_of: Callable[[bytes, bytes], bytes]
    direct: tuple[str, ...]
    proxied: tuple[str, ...]


def post(*headers: bytes, body: bytes | None = None, version: bytes = b"1.1") -> Callable[[bytes, bytes], bytes]:
    """Return a POST, with ``Host`` before *headers*; *body* stands before the second request."""

    def built(path: bytes, second: bytes) -> bytes:
        lines = [b"POST %s HTTP/%s" % (path, version), b"Host: localhost", *headers]
        filled = [line.replace(b"{second}", b"%d" % len(second)) for line in lines]
        return b"\r\n".join(filled) + b"\r\n\r\n" + (body or b"") + second

    return built


def line(first_line: bytes) -> Callable[[bytes, bytes], bytes]:
    """Return a request that begins with *first_line*, in which ``{path}`` is the path."""
    return lambda path, second: first_line.replace(b"{path}", path) + b"\r\nHost: localhost\r\n\r\n" + second


def in_chunks(*headers: bytes, body: bytes) -> Callable[[bytes, bytes], bytes]:
    """Return a POST in chunks."""
    return post(b"Transfer-Encoding: chunked", *headers, body=body)


EMPTY = b"0\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
ALL = b"Content-Length: {second}"

LENGTHS = {
    "a length and chunks": Attack(post(b"Content-Length: 4", CHUNKED, body=EMPTY), REFUSED, FIRST),
    "a length of all, and chunks": Attack(post(ALL, CHUNKED, body=EMPTY), REFUSED, FIRST),
    "chunks, and a length of all": Attack(post(CHUNKED, ALL, body=EMPTY), REFUSED, FIRST),
    "one length twice": Attack(post(b"Content-Length: 4", b"Content-Length: 4", body=b"abcd"), REFUSED, BOTH),
    "two lengths": Attack(post(b"Content-Length: 4", b"Content-Length: 9", body=b"abcd"), REFUSED, REFUSED),
    "a list of lengths": Attack(post(b"Content-Length: 4, 4", body=b"abcd"), REFUSED, BOTH),
    "a list of two lengths": Attack(post(b"Content-Length: 4, 9", body=b"abcd"), REFUSED, REFUSED),
    "a length with blanks": Attack(post(b"Content-Length: \t 4 ", body=b"abcd"), BOTH, BOTH),
    "a length with a zero before": Attack(post(b"Content-Length: 04", body=b"abcd"), BOTH, BOTH),
    "a name of a length with an underscore": Attack(post(b"Content_Length: {second}"), BOTH, BOTH),
    **{
        f"a length {value!r}": Attack(post(b"Content-Length: " + value, body=b"abcd"), REFUSED, REFUSED)
        for value in (b"+4", b"-4", b"0x4", b"4_0", b"4.0", b"4 4", b"", b"4\x0b", b"4\x00", b"\xb2", b"9" * 30)
    },
}
ENCODINGS = {
    "chunked twice": Attack(post(CHUNKED, CHUNKED, body=EMPTY), REFUSED, REFUSED),
    "chunked twice in a list": Attack(post(b"Transfer-Encoding: chunked, chunked", body=EMPTY), BOTH, REFUSED),
    "chunked, then another": Attack(post(CHUNKED, b"Transfer-Encoding: x", body=EMPTY), REFUSED, REFUSED),
    "another, then chunked": Attack(post(b"Transfer-Encoding: x, chunked", body=EMPTY), REFUSED, REFUSED),
    "identity, then chunked": Attack(post(b"Transfer-Encoding: identity, chunked", body=EMPTY), REFUSED, REFUSED),
    "identity": Attack(post(b"Transfer-Encoding: identity", ALL), REFUSED, REFUSED),
    "no encoding": Attack(post(b"Transfer-Encoding:", ALL), REFUSED, REFUSED),
    "a list of no encoding": Attack(post(b"Transfer-Encoding: ,", ALL), REFUSED, REFUSED),
    "capitals": Attack(post(b"TRANSFER-ENCODING: CHUNKED", body=EMPTY), BOTH, BOTH),
    "a name with an underscore": Attack(post(b"Transfer_Encoding: chunked", ALL), FIRST, FIRST),
    "in HTTP/1.0": Attack(post(b"Connection: keep-alive", CHUNKED, body=EMPTY, version=b"1.0"), REFUSED, REFUSED),
    "in HTTP/1.0, with a length": Attack(
        post(b"Connection: keep-alive", CHUNKED, b"Content-Length: 5", body=EMPTY, version=b"1.0"), REFUSED, REFUSED
    ),
    "in HTTP/1.2": Attack(post(b"Connection: keep-alive", CHUNKED, body=EMPTY, version=b"1.2"), REFUSED, BOTH),
    **{
        f"chunked with {blank!r} before": Attack(
            post(b"Transfer-Encoding: " + blank + b"chunked", ALL), REFUSED, REFUSED
        )
        for blank in (b"\x0b", b"\x0c", b"\x85", b"\xa0", b"\x00")
    },
}
CHUNKS = {
    "a chunk": Attack(in_chunks(body=chunked(b"a")), BOTH, BOTH),
    "a trailer": Attack(in_chunks(body=b"1\r\na\r\n0\r\nContent-Length: 99\r\n\r\n"), BOTH, BOTH),
    "a size with a zero before": Attack(in_chunks(body=b"01\r\na\r\n0\r\n\r\n"), BOTH, BOTH),
    "an extension": Attack(in_chunks(body=b"1;a=b\r\na\r\n0\r\n\r\n"), BOTH, BOTH),
    "an extension that is none": Attack(in_chunks(body=b"1;\x01\r\na\r\n0\r\n\r\n"), REFUSED, BOTH),
    "a line break in an extension": Attack(in_chunks(body=b'1;a="\r\n"\r\na\r\n0\r\n\r\n'), REFUSED, REFUSED),
    "a blank behind the size": Attack(in_chunks(body=b"1 \r\na\r\n0\r\n\r\n"), REFUSED, BOTH),
    "more than the size": Attack(in_chunks(body=b"1\r\nabc\r\n0\r\n\r\n"), REFUSED, REFUSED),
    "bare line feeds": Attack(in_chunks(body=b"1\na\n0\n\n"), REFUSED, BOTH),
    **{
        f"a size {size!r}": Attack(in_chunks(body=size + b"\r\na\r\n0\r\n\r\n"), REFUSED, REFUSED)
        for size in (b"+1", b"-1", b"0x1", b" 1", b"g", b"1_0", b"1\x0b", b"1\x00", b"")
    },
    "a size beyond all numbers": Attack(in_chunks(body=b"f" * 20 + b"\r\na\r\n0\r\n\r\n"), REFUSED, REFUSED),
}
LINES = {
    "a bare line feed in the header": Attack(post(b"X: y\nContent-Length: {second}"), REFUSED, FIRST),
    "bare line feeds all over": Attack(
        lambda path, second: b"POST %s HTTP/1.1\nHost: localhost\n\n" % path + second, REFUSED, BOTH
    ),
    "a bare carriage return": Attack(post(b"X: y\rContent-Length: {second}"), REFUSED, REFUSED),
    "a NUL": Attack(post(b"X: y\0z"), REFUSED, SECOND),
    "a blank before the colon": Attack(post(b"Content-Length : {second}"), REFUSED, REFUSED),
    "a tabulator before the colon": Attack(post(b"Transfer-Encoding\t: chunked", body=EMPTY), REFUSED, REFUSED),
    "no colon": Attack(post(b"Content-Length"), REFUSED, REFUSED),
    "no name": Attack(post(b": 4"), REFUSED, REFUSED),
    "a folded line": Attack(post(b"X: a", b" b"), REFUSED, BOTH),
    "a folded encoding": Attack(post(b"Transfer-Encoding:", b" chunked", ALL, body=EMPTY), REFUSED, FIRST),
    "an encoding in a fold": Attack(post(b"X: y", b" Transfer-Encoding: chunked", ALL), REFUSED, FIRST),
    "a fold before all headers": Attack(
        lambda path, second: b"POST %s HTTP/1.1\r\n Host: localhost\r\n\r\n" % path + second, REFUSED, REFUSED
    ),
    "two hosts": Attack(post(b"Host: elsewhere"), REFUSED, REFUSED),
    "a list of hosts": Attack(lambda path, second: _hosted(b"a, b", path, second), REFUSED, SECOND),
    "a host with a user": Attack(lambda path, second: _hosted(b"a@b", path, second), REFUSED, SECOND),
    "a host with a path": Attack(lambda path, second: _hosted(b"a/b", path, second), REFUSED, SECOND),
    "no host": Attack(lambda path, second: b"POST %s HTTP/1.1\r\n\r\n" % path + second, REFUSED, SECOND),
    "two content types": Attack(post(b"Content-Type: application/json", b"Content-Type: text/plain"), REFUSED, SECOND),
    "another host in the request line": Attack(line(b"POST http://elsewhere{path} HTTP/1.1"), BOTH, REFUSED),
    "two blanks in the request line": Attack(line(b"POST  {path} HTTP/1.1"), REFUSED, BOTH),
    "no version": Attack(line(b"POST {path}"), REFUSED, REFUSED),
    "HTTP/2": Attack(line(b"POST {path} HTTP/2.0"), REFUSED, BOTH),
    "HTTP/3.7": Attack(line(b"POST {path} HTTP/3.7"), REFUSED, BOTH),
    "a method in small letters": Attack(line(b"post {path} HTTP/1.1"), REFUSED, SECOND),
    "a NUL in the path": Attack(line(b"POST {path}\0 HTTP/1.1"), REFUSED, REFUSED),
    "an expectation without a body": Attack(post(b"Expect: 100-continue"), BOTH, BOTH),
    "an expectation with an empty body": Attack(post(b"Expect: 100-continue", b"Content-Length: 0"), BOTH, BOTH),
    "an expectation with a wrong length": Attack(post(b"Expect: 100-continue", b"Content-Length: x"), REFUSED, REFUSED),
    "an expectation with a body": Attack(post(b"Expect: 100-continue", ALL), FIRST, FIRST),
    "an expectation with chunks": Attack(post(b"Expect: 100-continue", CHUNKED, body=EMPTY), BOTH, BOTH),
    "a header of 300 000 bytes": Attack(post(b"X: " + b"a" * 300_000), REFUSED, REFUSED),
    "300 000 bytes in a name": Attack(post(b"X" * 300_000), REFUSED, REFUSED),
    "a path of 300 000 bytes": Attack(line(b"POST {path}" + b"a" * 300_000 + b" HTTP/1.1"), REFUSED, REFUSED),
}


def _hosted(host: bytes, path: bytes, second: bytes) -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, host) + second


ATTACKS: dict[str, Attack] = {
    f"{kind}: {name}": attack
    for kind, attacks in (("length", LENGTHS), ("encoding", ENCODINGS), ("chunks", CHUNKS), ("lines", LINES))
    for name, attack in attacks.items()
}
