"""A thousand clients that send a header a second lock nobody out, where the proxy stands before the service."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.examples import transform
from api.running_service import RunningService, Tenant
from door.proxy import Proxy
from door.slow_clients import SlowClients
from door.wire import answers, read_to_the_end, request
from servers.processes import wait_until
from servers.run import folder_of_the_run

HEADER = b"GET /healthcheck/live HTTP/1.1\r\nHost: localhost\r\n"
LARGE_BODY = b"POST /v2.0/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n" + b" " * 30_000
THOUSAND = 1000
SECONDS = 3.0
TOGETHER = 16
ESTABLISHED = "01"


@pytest.fixture(scope="module")
def thousand(proxy: Proxy) -> Iterator[SlowClients]:
    """They are there, and each has sent three headers."""
    with SlowClients(proxy.address, THOUSAND, HEADER, b"X-More: of it\r\n") as clients:
        wait_until(lambda: clients.pieces >= 3, "three pieces of each")
        assert not clients.ended
        yield clients


def slowest(url: str, number: int = 30) -> float:
    """Return how long the slowest of *number* new clients waited for its answer, in seconds."""
    times = []
    for _ in range(number):
        started = time.monotonic()
        assert httpx.get(f"{url}/v2.0/stream-definitions", trust_env=False, verify=False, timeout=20).status_code == 200
        times.append(time.monotonic() - started)
    return max(times)


def test_new_clients_are_served_at_once(thousand: SlowClients, proxy: Proxy) -> None:
    assert slowest(proxy.url) < SECONDS
    assert not thousand.ended


def test_none_of_the_thousand_takes_a_connection_of_the_service(thousand: SlowClients, service: RunningService) -> None:
    assert slowest(service.url) < SECONDS
    assert not thousand.ended


def test_each_of_them_is_told_that_its_time_is_over(thousand: SlowClients) -> None:
    wait_until(lambda: len(thousand.ended) == THOUSAND, "all slow clients have been sent away", 30)
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in thousand.answers)
    assert len(thousand.answers) == THOUSAND


def test_two_hundred_large_bodies_that_drip_lock_nobody_out(proxy: Proxy) -> None:
    with SlowClients(proxy.address, 200, LARGE_BODY, b" ") as clients:
        wait_until(lambda: clients.pieces >= 3, "three pieces of each")
        assert slowest(proxy.url) < SECONDS
        assert not clients.ended


@pytest.fixture
def asked(tenant: Tenant) -> bytes:
    """Requests that arrive together, for lists of 3 MB."""
    specification = json.dumps([{"event_type": "a", "traits": {f"t{n}": {"fields": "x" * 100} for n in range(480)}}])
    for _ in range(50):
        tenant.create("/v2.0/transforms", transform(specification=specification))
    one = request("GET", tenant.path("/v2.0/transforms"))
    assert len(one) * TOGETHER < 8192
    return one * TOGETHER


@pytest.fixture(params=["proxy", "service"])
def either(request: pytest.FixtureRequest) -> Proxy | RunningService:
    """The service behind the proxy, and the service alone."""
    found: Proxy | RunningService = request.getfixturevalue(request.param)
    return found


def test_clients_that_do_not_read_their_answers_hold_nobody_up(either: Proxy | RunningService, asked: bytes) -> None:
    deaf = [socket.create_connection(either.address) for _ in range(20)]
    try:
        for connection in deaf:
            connection.sendall(asked)
        assert slowest(either.url) < SECONDS
    finally:
        for connection in deaf:
            connection.close()


def test_who_reads_late_gets_every_answer(service: RunningService, asked: bytes) -> None:
    with socket.create_connection(service.address, timeout=30) as connection:
        connection.sendall(asked + request("GET", "/v2.0", "Connection: close"))
        assert slowest(service.url) < SECONDS
        found = answers(read_to_the_end(connection))
    assert [answer.status for answer in found] == [200] * (TOGETHER + 1)
    assert len({answer.body for answer in found[:-1]}) == 1


@pytest.fixture
def impatient(folder: Path) -> Iterator[RunningService]:
    """A second process that waits for nobody longer than a second."""
    running = RunningService(folder, f"sqlite:///{folder}/door.sqlite", serving={"channel_timeout": "1"})
    running.start()
    yield running
    running.process.kill()


def test_who_takes_nothing_of_an_answer_for_long_is_sent_away(impatient: RunningService, asked: bytes) -> None:
    with socket.create_connection(impatient.address) as connection:
        connection.sendall(asked)
        wait_until(lambda: is_served(connection), "it is served")
        wait_until(lambda: not is_served(connection), "it is sent away", 30)


def test_who_asks_nothing_for_long_is_sent_away(impatient: RunningService) -> None:
    with socket.create_connection(impatient.address) as connection:
        connection.sendall(request("GET", "/v2.0"))
        wait_until(lambda: not is_served(connection), "it is sent away", 5)


def is_served(connection: socket.socket) -> bool:
    """Say whether the other side has *connection* open, which is on this host."""
    (_, here), (_, there) = connection.getsockname(), connection.getpeername()
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    ends = [(local[-5:], remote[-5:], state) for _, local, remote, state, *_ in rows]
    return (f":{there:04X}", f":{here:04X}", ESTABLISHED) in ends


def test_an_address_with_more_than_two_hundred_connections_gets_no_further_one(proxy: Proxy) -> None:
    one_address = [httpx.Client(base_url=proxy.url, trust_env=False, verify=False) for _ in range(201)]
    try:
        for client in one_address[:-1]:
            assert client.get("/healthcheck/live").status_code == 200
        with pytest.raises(httpx.TransportError):
            one_address[-1].get("/healthcheck/live")
    finally:
        for client in one_address:
            client.close()


def test_a_host_that_is_being_restarted_is_passed_over(service: RunningService) -> None:
    folder = folder_of_the_run("door-hosts")
    other = RunningService(folder, f"sqlite:///{folder}/door.sqlite")
    other.migrate()
    other.start()
    proxy = Proxy(folder, service.process.port, other.process.port)
    proxy.start()
    other.stop()
    asked = [httpx.get(f"{proxy.url}/healthcheck/live", trust_env=False, timeout=20) for _ in range(6)]
    proxy.kill()
    assert [answer.status_code for answer in asked] == [200] * 6


def test_where_the_client_is_only_the_proxy_says(proxy: Proxy) -> None:
    lies = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "ftp",
        "X-Forwarded-Port": "666",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example;proto=ftp",
        "X_Forwarded_Host": "evil.example",
    }
    text = httpx.get(f"{proxy.url}/v2.0", headers=lies, trust_env=False).text
    assert f'"{proxy.url}/v2.0"' in text
    assert "evil" not in text
