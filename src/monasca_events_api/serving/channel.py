"""Two things that waitress does at each answer and that cost more than the answer itself.

It writes the header and the body apart, each with a system call and a turn of the interpreter's lock; and it
closes the connection after each answer that has no body, so after each event that is posted.

And three that it does wrong: it goes on reading a request that has ended; a thread that serves a client which
reads no answers waits for that client, so that a few such clients have all threads; and it measures silence by the time
of day, so that a host whose clock is set an hour forward ends its connections, with what clients just send on them.
"""

import errno
import logging
import math
import time
from functools import partial
from typing import Any

from waitress import channel
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

from monasca_events_api.serving.strict_parser import StrictParser

log = logging.getLogger(__name__)

FULL_SECONDS = 0.1
"""How long nobody is let in after there was no file left for a connection."""


class AnswerBuffer(OverflowableBuffer):
    """Keeps an answer, in a file when it is large; in memory where that has no room: the client waits for it."""

    def _set_large_buffer(self) -> None:
        answer = self.buf and self.buf.getfile()
        place = answer.tell() if answer else 0
        try:
            super()._set_large_buffer()
        except OSError as error:
            log.warning("no room for an answer, it stays in memory error=%s", error.strerror)
            self.overflow = math.inf
            if answer:
                answer.seek(place)
            else:
                self._set_small_buffer()


class OneWriteTask(WSGITask):
    """Writes an answer whose body is one piece at once, and keeps the connection after one without a body."""

    wrote_header: bool

    def get_environment(self) -> dict[str, Any]:
        """Return the environment of WSGI; who reads the body twice need not copy it, for it is there as a whole."""
        environ: dict[str, Any] = super().get_environment()
        environ["webob.is_body_seekable"] = True
        return environ

    def write(self, data: bytes) -> None:
        """Write *data*, the header before it if that is not out yet."""
        if self.wrote_header or not data or not self.has_body or self.content_length != len(data):
            super().write(data)
            return
        self.channel.write_soon(self.build_response_header() + data)
        self.wrote_header = True
        self.content_bytes_written = len(data)

    def set_close_on_finish(self) -> None:
        """Close the connection, unless the only reason is that there is no body (RFC 9110, 6.4.1: it ends itself)."""
        asked_to = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or self.version != "1.1" or asked_to:
            super().set_close_on_finish()

    def build_response_header(self) -> bytes:
        """Return the header; a server that is about to end says that the connection ends, too."""
        if self.channel.server.ending:
            super().set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class OneWriteChannel(HTTPChannel):
    """A connection whose requests are read by StrictParser, and whose answers are OneWriteTasks.

    Of several requests that came together the next one is served when the client has taken the answer before it.
    """

    task_class = OneWriteTask
    parser_class = StrictParser
    postponed = False

    @property
    def last_activity(self) -> float:
        """When something last came from the client, or was taken by it: seconds of the clock that nobody sets."""
        return self._last_activity

    @last_activity.setter
    def last_activity(self, _time_of_day: float) -> None:
        self._last_activity = time.monotonic()

    def service(self) -> None:
        """Serve one request, or leave it for later; called by a thread that serves."""
        if self.total_outbufs_len:
            self.postponed = True
            self.server.pull_trigger()
            return
        super().service()

    def writable(self) -> bool:
        """Say whether there is something to write, or to go on with; end a connection that has been silent for long."""
        waits_for_client = self.total_outbufs_len or not self.requests
        if waits_for_client and time.monotonic() - self._last_activity > self.adj.channel_timeout:
            self.handle_close()
            return False
        return bool(super().writable() or self.postponed)

    def handle_write(self) -> None:
        """Write what the client takes; when it has taken all, go on with the next request."""
        super().handle_write()
        if self.postponed and not self.total_outbufs_len:
            self.postponed = False
            self.server.add_task(self)

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Wait for nobody: no more than one answer is ever kept for a client."""

    def send_continue(self) -> None:
        """Tell a client to send its body, unless the request is complete or refused without one.

        waitress would wait for more of it, and take the header of the next request for this one's.
        """
        if not self.request.completed:
            super().send_continue()


def prepare(server: BaseWSGIServer) -> None:
    """Let *server* make such connections."""
    server.channel_class = OneWriteChannel
    channel.OverflowableBuffer = AnswerBuffer
    # Each connection sees to its own silence: what waitress finds by the time of day, it ends a moment later, whatever
    # has come by then.
    server.next_channel_cleanup = math.inf
    server.ending = False
    server.full = False
    server.accept = partial(_accept, server)


def _accept(server: BaseWSGIServer) -> Any:
    try:
        accepted = type(server).accept(server)
    except OSError as error:
        if error.errno not in {errno.EMFILE, errno.ENFILE}:
            raise
        # Who waits is there at the next turn again: without a pause that is all that would be done, and logged.
        if not server.full:
            log.warning("no file is left for a connection error=%s", error.strerror)
            server.full = True
        time.sleep(FULL_SECONDS)
        return None
    server.full = False
    return accepted
