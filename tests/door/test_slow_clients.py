"""A thousand clients that send a header a second lock nobody out, where the proxy stands before the service."""

import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from api.examples import transform
from api.running_service import RunningService, Tenant
from door.proxy import Proxy
from door.slow_clients import SlowClients
from door.wire import request
from servers.processes import wait_until

HEADER = b"GET /healthcheck/live HTTP/1.1\r\nHost: localhost\r\n"
LARGE_BODY = b"POST /v2.0/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n" + b" " * 30_000
THOUSAND = 1000
SECONDS = 3.0


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
        assert httpx.get(f"{url}/v2.0/stream-definitions", trust_env=False, timeout=20).status_code == 200
        times.append(time.monotonic() - started)
    return max(times)


def test_new_clients_are_served_at_once(thousand: SlowClients, proxy: Proxy) -> None:
    assert slowest(proxy.url) < SECONDS
    assert not thousand.ended


def test_none_of_the_thousand_takes_a_connection_of_the_service(
    thousand: SlowClients, service: RunningService
) -> None:
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


def test_clients_that_do_not_read_their_answers_hold_nobody_up(proxy: Proxy, tenant: Tenant) -> None:
    specification = json.dumps([{"event_type": "a", "traits": {f"t{n}": {"fields": "x" * 100} for n in range(480)}}])
    for _ in range(50):
        tenant.create("/v2.0/transforms", transform(specification=specification))
    asked = request("GET", tenant.path("/v2.0/transforms"))
    assert len(asked) * 16 < 8192  # they arrive together
    deaf = [socket.create_connection(proxy.address) for _ in range(20)]
    try:
        for connection in deaf:
            connection.sendall(asked * 16)
        assert slowest(proxy.url) < SECONDS
    finally:
        for connection in deaf:
            connection.close()


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
