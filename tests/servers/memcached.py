"""A real memcached on loopback."""

from pathlib import Path

from .packages import program, required
from .ports import LOOPBACK, answers, free_port
from .processes import ServerProcess

ACCOUNT = "nobody"


class Memcached:
    """A server with nothing in it; `address` is HOST:PORT."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self.address = f"{LOOPBACK}:{self._port}"
        self.process = ServerProcess(
            [required(lambda: program("memcached"), ["memcached"]), "-l", LOOPBACK, "-p", str(self._port)],
            folder=Path("/"),
            log_file=folder / "memcached.log",
            account=ACCOUNT,
        )

    def start(self) -> None:
        """Start the server and wait until it answers; what it knew before is gone."""
        self.process.start()
        self.process.wait_ready(lambda: answers(self._port))

    def kill(self) -> None:
        """SIGKILL the server."""
        self.process.kill()
