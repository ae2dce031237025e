"""What waitress lets pass and HTTP does not (RFC 9112): each of these could be read in two ways, or costs too much.

waitress reads each of them in one way of its own; a proxy before it may read it in another, and what the one takes
for a body is the other's next request. So they are refused before they are requests, as waitress refuses others.
"""

import logging
import re
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest, Error

log = logging.getLogger(__name__)

ONCE = (b"host", b"content-length", b"content-type", b"transfer-encoding")
LONGEST_LINE = 8192
"""Of what stands between chunks and behind them, in bytes."""
MOST_BETWEEN = 1 << 19
"""Of all that stands between the chunks of a body, in bytes: as much as a hundred thousand chunks have. Each of them is
work for the one thread that reads what all clients send."""
LARGEST_CHUNK = 1 << 30
"""In bytes; larger ones are a mistake or worse, and none has to be waited for."""

# waitress's expression for a header line needs a time that grows with the square of such a gap.
_GAP = re.compile(rb"[ \t]{64}")
_TARGET = re.compile(r"[!-~]+")
_HOST = re.compile(r"([A-Za-z0-9._~!$&'()*+;=%-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?")


class StrictParser(HTTPRequestParser):
    """Reads a request that can be read in one way only."""

    body_rcv: Any
    error: Error | None

    def received(self, data: bytes) -> int:
        """Take the next piece and return how much of it belongs to this request."""
        consumed: int = super().received(data)
        if self.completed and not self.error and self.body_rcv is not None and self.body_rcv.buf.lost:
            self.error = NoRoom("There is no room for the body; please try again later")
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request line and the header. Raises ParsingError: the answer is 400, and the connection ends."""
        _, *lines = header_plus.split(b"\r\n")
        if any(line.startswith((b" ", b"\t")) for line in lines) or _GAP.search(header_plus):
            raise ParsingError("A header line is folded or has a gap")
        names = [line.partition(b":")[0].lower() for line in lines]
        if any(names.count(name) > 1 for name in ONCE):
            raise ParsingError("A header that may stand once stands there twice")
        try:
            super().parse_header(header_plus)
        except ValueError:
            # Python reads no number of more than 4 300 digits.
            raise ParsingError("Content-Length is no length") from None
        if not _TARGET.fullmatch(self.request_uri):
            raise ParsingError("The request target is no URI")
        self._check_version(has_host=b"host" in names)
        self._check_length(chunked=b"transfer-encoding" in names, counted=b"content-length" in names)
        if self.body_rcv is not None:
            self.body_rcv.buf = Body(self.adj.inbuf_overflow)
        if "close" in re.split(r"[ \t,]+", self.headers.get("CONNECTION", "").lower()):
            # waitress looks for this word alone.
            self.headers["CONNECTION"] = "close"

    def _check_version(self, *, has_host: bool) -> None:
        if self.version not in {"1.0", "1.1"}:
            raise ParsingError("Only HTTP/1.0 and HTTP/1.1 are spoken here")
        if self.version == "1.1" and not has_host:
            raise ParsingError("Host is missing")
        if not _HOST.fullmatch(self.headers.get("HOST", "")):
            raise ParsingError("Host is no host")

    def _check_length(self, *, chunked: bool, counted: bool) -> None:
        if not chunked:
            return
        # An empty value counts as none to waitress, and in HTTP/1.0 every value does.
        if counted or not self.chunked:
            raise ParsingError("The length of the body can be read in two ways")
        self.body_rcv = BoundedChunkedReceiver(self.body_rcv.getbuf())


class NoRoom(Error):
    """The host has no room for a body."""

    code = 503
    reason = "Service Unavailable"

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return the answer, with a time to come again as each other 503 has."""
        status, headers, body = super().to_response(ident)
        return status, [*headers, ("Retry-After", "1")], body


class Body(OverflowableBuffer):
    """Keeps a body, in a file when it is large. Where that has no room the rest is read, and all of it is *lost*."""

    lost = False

    def append(self, s: bytes) -> None:
        """Keep the next piece."""
        if self.lost:
            return
        try:
            super().append(s)
        except OSError as error:
            log.error("no room for a body error=%s", error.strerror)  # noqa: TRY400 - no defect, no trace
            self.lost = True


class BoundedChunkedReceiver(ChunkedReceiver):
    """Reads a body in chunks, and keeps of the lines between and behind them no more than a few kilobytes.

    Else these grow as large as a body may be, in memory, and are searched anew with each piece that arrives.
    """

    consumed = 0

    def received(self, s: bytes) -> int:
        """Take the next piece and return how much of it belongs to the body."""
        consumed: int = super().received(s)
        if max(len(self.control_line), len(self.trailer)) > LONGEST_LINE:
            self.error = BadRequest("A line between the chunks is too long")
        self.consumed += consumed
        if not self.buf.lost and self.consumed - len(self) > MOST_BETWEEN:
            self.error = BadRequest("There are too many chunks")
        if self.chunk_remainder > LARGEST_CHUNK:
            self.error = BadRequest("A chunk is too large")
        return consumed
