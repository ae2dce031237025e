"""What connections on which nothing happens cost the others: ``python benchmarks/idle_connections.py``.

A read by id at 1 and at 16 connections, on PostgreSQL without login, beside 0, 100 and 400 that have had an answer and
stay open, as a proxy's do.
"""

import socket
import sys
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from measuring.cases import CASES
from measuring.comparison import CONNECTIONS, WARM_UP_SECONDS, measure, warm_up
from measuring.load import Load
from measuring.peers import WITHOUT_LOGIN
from measuring.system import Machinery, service

IDLE = (0, 100, 400)
ROUNDS = 5
REQUEST = b"GET /healthcheck/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


def idle(url: str) -> socket.socket:
    """Return a connection that has had an answer."""
    address = urlsplit(url)
    connection = socket.create_connection((address.hostname or "", address.port or 80))
    connection.sendall(REQUEST)
    connection.recv(4096)
    return connection


def main() -> None:
    """Run the command."""
    machinery = Machinery()
    ours = service(machinery, "postgresql", WITHOUT_LOGIN)
    ours.start()
    case = CASES[0]
    load = Load(machinery.folder, ours.url, [case.request("/v2.0", ours.fill(50))], ours.headers)
    warm_up(ours, load, max(CONNECTIONS))
    costs: dict[tuple[int, int], list[float]] = {}
    for _ in range(ROUNDS):
        for number in IDLE:
            open_ones = [idle(ours.url) for _ in range(number)]
            for connections in CONNECTIONS:
                found = measure(ours, case, load, connections, WARM_UP_SECONDS)
                costs.setdefault((number, connections), []).append(found.service_cpu)
            for connection in open_ones:
                connection.close()
    for (number, connections), found_costs in costs.items():
        ratio = median(found_costs) / median(costs[0, connections])
        print(f"{case.name}, c{connections}, {number} idle: {median(found_costs):.2f} ms of CPU, {ratio:.2f} times")
    ours.stop()


if __name__ == "__main__":
    main()
