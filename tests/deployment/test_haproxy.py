"""The sample for HAProxy: where it listens, and what it keeps from outside."""

import re
import socket
from collections.abc import Iterator

import httpx
import pytest

from door.proxy import BIND, SAMPLE, Proxy
from servers.api_process import ApiProcess
from servers.ports import LOOPBACK
from servers.run import folder_of_the_run

PREFIX = re.search(r"# If clients use a prefix, .*: (http-request .*)", SAMPLE.read_text(encoding="utf-8"))
HIDDEN = (
    *("/healthcheck", "/healthcheck/", "//healthcheck", "/%68ealthcheck", "/healthcheck%2F", "/healthcheck?x=1"),
    *("/healthcheck/ready", "/healthcheck/ready/", "//healthcheck/ready", "/healthcheck/%72eady"),
    *("/healthcheck%2fready", "/healthcheck/live/../ready", "http://localhost/healthcheck"),
    *("/healthcheck#x", "/healthcheck;x"),
)


@pytest.fixture(scope="module")
def api() -> Iterator[ApiProcess]:
    api = ApiProcess(folder_of_the_run("haproxy-api"), {}, sample="development.ini")
    api.migrate()
    api.start()
    yield api
    api.stop()


@pytest.fixture(scope="module")
def proxy(api: ApiProcess) -> Iterator[Proxy]:
    """The sample as it listens, and with the line for clients who use a prefix."""
    assert PREFIX
    line = "# If clients use a prefix, take it off here: " + PREFIX[1]
    changes = {BIND: BIND.replace("8072", "PORT"), line: PREFIX[1]}
    proxy = Proxy(folder_of_the_run("haproxy"), api.port, changes=changes)
    proxy.start()
    yield proxy
    proxy.kill()


def status(host: str, port: int, path: str) -> int:
    """Ask for *path* exactly as it is written, which a client of HTTP would put right; return the status."""
    with socket.create_connection((host, port), timeout=20) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return int(b"".join(iter(lambda: client.recv(65536), b"")).split()[1])


@pytest.mark.parametrize("host", [LOOPBACK, "::1"])
def test_it_listens_on_both_kinds_of_address(proxy: Proxy, host: str) -> None:
    assert status(host, proxy.port, "/v2.0") == 200


@pytest.mark.parametrize("path", HIDDEN)
def test_what_names_internal_addresses_is_not_there(proxy: Proxy, path: str) -> None:
    assert status(LOOPBACK, proxy.port, path) in {400, 404}


def test_it_is_the_proxy_that_hides_it(api: ApiProcess) -> None:
    assert [status(LOOPBACK, api.port, path) for path in ("/healthcheck", "/healthcheck/ready")] == [200, 200]


def test_that_a_process_answers_may_be_asked_by_anybody(proxy: Proxy) -> None:
    assert httpx.get(f"{proxy.url}/healthcheck/live", trust_env=False).json() == {"process": "OK"}


def test_it_sees_paths_without_their_prefix(proxy: Proxy) -> None:
    paths = ("/v2.0", "/healthcheck/live", "/healthcheck", "/healthcheck/ready", "/metrics")
    assert [status(LOOPBACK, proxy.port, f"/events-api{path}") for path in paths] == [200, 200, 404, 404, 404]
