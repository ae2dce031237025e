"""HAProxy, as the manual's sample configures it."""

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from servers.api_process import PROJECT
from servers.packages import program, required
from servers.ports import LOOPBACK, free_port
from servers.processes import ServerProcess

SAMPLE = PROJECT / "docs" / "haproxy.cfg"
BIND = "bind :::8072 v4v6"
ONLY_ROOT_MAY = ("user ", "group ", "chroot ")


class Proxy:
    """HAProxy on a loopback port, before the service on *service_port* and *others*.

    *changes* are lines of the sample, each with what stands in its place; ``PORT`` in these is the port.
    """

    def __init__(self, folder: Path, service_port: int, *others: int, changes: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.address = (LOOPBACK, self.port)
        configuration = folder / "haproxy.cfg"
        changed = {BIND: f"bind {LOOPBACK}:PORT", **(changes or {})}
        configuration.write_text(_configuration(self.port, (service_port, *others), changed), encoding="utf-8")
        haproxy = required(lambda: program("haproxy"), ["haproxy"])
        self._process = ServerProcess(
            [haproxy, "-db", "-f", configuration], folder=folder, log_file=folder / "haproxy.log"
        )

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._process.start()
        self._process.wait_ready(self._listens)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()

    def _listens(self) -> bool:
        try:
            socket.create_connection(self.address, timeout=1).close()
        except OSError:
            return False
        return True


def _configuration(port: int, service_ports: Sequence[int], changes: Mapping[str, str]) -> str:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    if os.getuid() != 0:
        lines = [line for line in lines if not line.strip().startswith(ONLY_ROOT_MAY)]
    text = "\n".join(lines) + "\n"
    servers = [f"server api{number} {LOOPBACK}:{each}\n" for number, each in enumerate(service_ports, 1)]
    for sample, ours in (
        *((f"\n    {sample}\n", f"\n    {ours}\n".replace("PORT", str(port))) for sample, ours in changes.items()),
        ("server api1 127.0.0.1:8082\n", "    ".join(servers)),
    ):
        assert sample in text
        text = text.replace(sample, ours)
    return text
