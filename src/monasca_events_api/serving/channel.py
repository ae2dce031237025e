"""Two things that waitress does at each answer and that cost more than the answer itself.

It writes the header and the body apart, each with a system call and a turn of the interpreter's lock; and it
closes the connection after each answer that has no body, so after each event that is posted.

And one that it does wrong: it goes on reading a request that has ended.
"""

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

from monasca_events_api.serving.strict_parser import StrictParser


class OneWriteTask(WSGITask):
    """Writes an answer whose body is one piece at once, and keeps the connection after one without a body."""

    wrote_header: bool

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
    """A connection whose requests are read by StrictParser, and whose answers are OneWriteTasks."""

    task_class = OneWriteTask
    parser_class = StrictParser

    def send_continue(self) -> None:
        """Tell a client to send its body, unless the request is complete or refused without one.

        waitress would wait for more of it, and take the header of the next request for this one's.
        """
        if not self.request.completed:
            super().send_continue()


def prepare(server: BaseWSGIServer) -> None:
    """Let *server* make such connections."""
    server.channel_class = OneWriteChannel
    server.ending = False
