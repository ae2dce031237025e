"""One process that serves: waitress's loop, and an end that answers what is in hand (contract 3)."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from socket import socket
from typing import Any

from waitress.server import BaseWSGIServer, create_server

from monasca_events_api.serving.channel import OneWriteChannel, prepare
from monasca_events_api.serving.loop import Loop
from monasca_events_api.serving.memory import give_back
from monasca_events_api.serving.one_processor import OneProcessor

DRAIN_SECONDS = 30
GOODBYE_SECONDS = 1.0
"""How long a connection without a request stays open at the end: a client that is just sending one gets its answer,
which says that the connection ends, and not a reset."""
TURN_SECONDS = 1.0
HELD_SECONDS = 3.0
"""How long the threads stay on a processor before the system may choose again.

A move costs what they have cached; and for so long two workers may be on one processor while another one is idle.
"""
CONNECTIONS = "500"
"""How many are open at once where ``connection_limit`` does not say; waitress's 100 are soon all idle or slow ones."""

RECEIVED = "65536"
"""How many bytes are read at once where ``recv_bytes`` does not say; waitress's 8192 make many turns of a body."""


class Worker:
    """Serves an application on sockets until it is told to end."""

    def __init__(self, application: Any, sockets: Sequence[socket], options: dict[str, str]) -> None:
        self._loop = Loop()
        limits = {"connection_limit": CONNECTIONS, "recv_bytes": RECEIVED, **options}
        self._server = create_server(application, map=self._loop, sockets=list(sockets), **limits)
        for each in self._listening():
            prepare(each)
        self._ending = False

    def run(self, is_over: Callable[[], bool]) -> None:
        """Serve until SIGTERM or SIGINT, or until *is_over*, which is asked about once a second, says so.

        Then nobody new is let in, and who has sent a request gets the answer, for up to DRAIN_SECONDS.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end())
        processor = OneProcessor()
        while not self._ended(is_over):
            processor.release()
            self._loop.turn(TURN_SECONDS)
            processor.hold()
            self._serve(HELD_SECONDS, is_over)
            give_back()
        for each in self._listening():
            each.ending = True
            self._let_in_who_waits(each)
            each.socket.close()
            each.del_channel()
        self._turn_while(self._connections, GOODBYE_SECONDS)
        self._turn_while(lambda: [*filter(_busy, self._connections())], DRAIN_SECONDS)
        for each in self._connections():
            each.handle_close()
        self._server.task_dispatcher.shutdown()

    def _serve(self, seconds: float, is_over: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._ended(is_over):
            self._loop.turn(TURN_SECONDS)

    def _ended(self, is_over: Callable[[], bool]) -> bool:
        self._ending = self._ending or is_over()
        return self._ending

    def _turn_while(self, waited_for: Callable[[], list[OneWriteChannel]], seconds: float) -> None:
        until = time.monotonic() + seconds
        while waited_for() and time.monotonic() < until:
            self._loop.turn(0.05)

    def _let_in_who_waits(self, listening: BaseWSGIServer) -> None:
        # The kernel has told them that they are connected; closing the socket would reset them.
        connections = -1
        while connections < len(self._loop):
            connections = len(self._loop)
            listening.handle_accept()

    def _end(self) -> None:
        self._ending = True
        for each in self._listening():
            each.pull_trigger()

    def _connections(self) -> list[OneWriteChannel]:
        return [each for each in self._loop.values() if isinstance(each, OneWriteChannel)]

    def _listening(self) -> list[BaseWSGIServer]:
        return [each for each in self._loop.values() if isinstance(each, BaseWSGIServer)]


def _busy(each: OneWriteChannel) -> bool:
    return bool(each.requests or each.request or each.total_outbufs_len)


def parent_is_gone(parent: int) -> Callable[[], bool]:
    """Return what says whether process *parent* is no longer this one's parent."""
    return lambda: os.getppid() != parent
