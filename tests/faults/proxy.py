"""A TCP proxy before a database that cuts, or holds, a connection at the statement that a test names."""

import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import make_url

from servers.ports import LOOPBACK, free_port
from servers.processes import wait_until

CHUNK = 1 << 16
COMMIT = (b"COMMIT\0", b"\x03COMMIT")
"""As PostgreSQL's driver sends it, and MariaDB's; READ COMMITTED is something else."""


@dataclass
class Interruption:
    """What happens to the first message with one of *texts* in it, and whether it has.

    It does not reach the database, or, *after*, its answer does not reach the client; then the connection is
    cut, or, *hold*, kept without a word until ``Proxy.let_go``.
    """

    texts: Sequence[bytes]
    after: bool = False
    hold: bool = False
    happened: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float = 30) -> None:
        """Wait until it has happened."""
        wait_until(self.happened.is_set, f"{self.texts} comes by", seconds)


class Proxy:
    """Listens on a loopback port and passes all on to the database of *url*, until it is told otherwise."""

    def __init__(self, url: str) -> None:
        target = make_url(url)
        port = free_port()
        self.url = target.set(host=LOOPBACK, port=port).render_as_string(hide_password=False)
        self._target = (target.host, target.port)
        self._lock = threading.Lock()
        self._planned: Interruption | None = None
        self._let_go = threading.Event()
        self._connections: set[_Connection] = set()
        self._listening = socket.create_server((LOOPBACK, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def plan(self, *texts: bytes, after: bool = False, hold: bool = False) -> Interruption:
        """Plan an interruption, in place of any that is planned and has not happened."""
        with self._lock:
            self._let_go = threading.Event()
            self._planned = Interruption(texts, after, hold)
            return self._planned

    def plan_at_commit(self, *, after: bool, hold: bool = False) -> Interruption:
        """Plan an interruption of the COMMIT of a change."""
        return self.plan(*COMMIT, after=after, hold=hold)

    def let_go(self) -> None:
        """Cut what is held, and plan nothing any more."""
        with self._lock:
            self._planned = None
            self._let_go.set()

    def cut_all(self) -> int:
        """Cut all connections, in whatever they are; return how many there were."""
        with self._lock:
            found = list(self._connections)
        for connection in found:
            connection.close()
        return len(found)

    def close(self) -> None:
        """Cut everything and listen no more."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.let_go()
        self.cut_all()

    def take(self, data: bytes) -> Interruption | None:
        """Return the planned interruption if *data* is what it waits for; it happens once."""
        with self._lock:
            planned = self._planned
            if planned is None or not any(text in data for text in planned.texts):
                return None
            self._planned = None
            return planned

    def interrupt(self, interruption: Interruption) -> None:
        """Say that it happens now, and return when the connection is to be cut."""
        let_go = self._let_go
        interruption.happened.set()
        if interruption.hold:
            let_go.wait()

    def forget(self, connection: "_Connection") -> None:
        """Drop a connection that has ended."""
        with self._lock:
            self._connections.discard(connection)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            connection = _Connection(self, client, server)
            with self._lock:
                self._connections.add(connection)
            connection.start()


class _Connection:
    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._unanswered: Interruption | None = None

    def start(self) -> None:
        for pump in (self._to_server, self._to_client):
            threading.Thread(target=self._run, args=(pump,), daemon=True).start()

    def close(self) -> None:
        for each in (self._client, self._server):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _run(self, pump: Callable[[], None]) -> None:
        with contextlib.suppress(OSError):
            pump()
        self.close()
        self._proxy.forget(self)

    def _to_server(self) -> None:
        while data := self._client.recv(CHUNK):
            found = self._proxy.take(data)
            if found is not None and not found.after:
                self._proxy.interrupt(found)
                return
            self._unanswered = found or self._unanswered
            self._server.sendall(data)

    def _to_client(self) -> None:
        while data := self._server.recv(CHUNK):
            if self._unanswered is not None:
                self._proxy.interrupt(self._unanswered)
                return
            self._client.sendall(data)
