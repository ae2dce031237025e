"""Loopback ports that stay free for the server they were picked for."""

import random
import socket
from pathlib import Path

from .errors import ServerError

LOOPBACK = "127.0.0.1"
LOWEST = 15000
EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """Pick a loopback port and hold it until this process ends.

    It lies below the range of outgoing connections, so none of these takes it while its server is down.
    """
    for _ in range(1000):
        port = random.randint(LOWEST, highest())
        if _hold(port):
            return port
    raise ServerError(f"no free port between {LOWEST} and {highest()}")


def highest() -> int:
    """Return the highest port that the kernel gives to no outgoing connection."""
    return int(EPHEMERAL_RANGE.read_text().split()[0]) - 1


def answers(port: int) -> bool:
    """Say whether somebody accepts connections on a loopback port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def _hold(port: int) -> bool:
    with socket.socket() as holder:
        try:
            holder.bind((LOOPBACK, port))
        except OSError:
            return False
        # A socket that is bound, does not listen and allows reuse keeps the port from every other `_hold`,
        # those of parallel runs too, and yet lets a server listen on it, again and again.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.detach()
    return True
