"""Ports for servers."""

import socket
import subprocess
import sys
from pathlib import Path

from servers import ports


def listen(port: int) -> None:
    """Listen on *port*, as a server does, for a moment."""
    with socket.create_server((ports.LOOPBACK, port)):
        assert ports.answers(port)


def test_a_port_can_be_listened_on_again_and_again() -> None:
    port = ports.free_port()
    listen(port)
    listen(port)


def test_a_port_is_given_to_one_run_only() -> None:
    port = ports.free_port()
    attempt = f"from servers import ports; ports.LOWEST = {port}; ports.highest = lambda: {port}; ports.free_port()"
    tests = Path(__file__).parents[1]
    other = subprocess.run([sys.executable, "-c", attempt], cwd=tests, capture_output=True, text=True, check=False)
    assert "no free port" in other.stderr


def test_a_port_is_below_those_of_outgoing_connections() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as chosen_by_the_kernel:
        assert ports.free_port() < chosen_by_the_kernel.getsockname()[1]
