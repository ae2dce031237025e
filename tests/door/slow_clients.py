"""Clients that open connections and then take their time."""

import selectors
import socket
import threading
import time
from typing import Self

from door.wire import Address

ADDRESSES = 20


class SlowClients:
    """*number* connections, from 20 loopback addresses, each of which sends *opening* and then a piece a second."""

    def __init__(self, server: Address, number: int, opening: bytes, piece: bytes) -> None:
        self.pieces = 0
        self.ended: set[socket.socket] = set()
        self.answers: list[bytes] = []
        self._server = server
        self._number = number
        self._opening = opening
        self._piece = piece
        self._connections: list[socket.socket] = []
        self._stop = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._thread = threading.Thread(target=self._drip)

    def __enter__(self) -> Self:
        for number in range(self._number):
            connection = socket.create_connection(
                self._server, timeout=30, source_address=(f"127.0.1.{number % ADDRESSES + 1}", 0)
            )
            connection.sendall(self._opening)
            connection.setblocking(False)
            self._selector.register(connection, selectors.EVENT_READ)
            self._connections.append(connection)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()
        for connection in self._connections:
            connection.close()
        self._selector.close()

    def _drip(self) -> None:
        while not self._stop.is_set():
            until = time.monotonic() + 1
            for connection in self._connections:
                self._send(connection)
            self.pieces += 1
            while (left := until - time.monotonic()) > 0 and not self._stop.is_set():
                self._listen(min(left, 0.1))

    def _send(self, connection: socket.socket) -> None:
        if connection not in self.ended:
            try:
                connection.sendall(self._piece)
            except OSError:
                self._forget(connection)

    def _listen(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            connection: socket.socket = key.fileobj  # type: ignore[assignment]
            try:
                received = connection.recv(65536)
            except OSError:
                received = b""
            if received:
                self.answers.append(received)
            else:
                self._forget(connection)

    def _forget(self, connection: socket.socket) -> None:
        self.ended.add(connection)
        self._selector.unregister(connection)
