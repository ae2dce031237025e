"""``listen`` in ``[server:main]``: where the service can be reached."""

import resource
import socket
from pathlib import Path

import httpx
import pytest

from servers.api_process import ApiProcess
from servers.ports import LOOPBACK
from servers.processes import wait_until
from start.programs import NOWHERE, SECRETS, migrated


@pytest.mark.parametrize("listening", ["*:{}", "[::]:{}", "127.0.0.1:{} [::1]:{}"])
def test_it_can_be_reached_by_both_kinds_of_address(tmp_path: Path, listening: str) -> None:
    api = ApiProcess(tmp_path, NOWHERE, environment=SECRETS, afresh=True)
    there = f"listen = {listening.format(api.port, api.port)}"
    api.ini.write_text(api.ini.read_text().replace(f"listen = 127.0.0.1:{api.port}", there))
    try:
        api.start()
        assert httpx.get(f"http://[::1]:{api.port}/healthcheck/live", trust_env=False).is_success
    finally:
        api.kill()


def test_a_proxy_is_trusted_by_its_ipv4_address_on_a_socket_for_both_kinds(tmp_path: Path) -> None:
    trusting = {**NOWHERE, "app:main": {**NOWHERE["app:main"], "api.trusted_proxies": LOOPBACK}}
    api = ApiProcess(tmp_path, trusting, environment=SECRETS, afresh=True)
    api.ini.write_text(api.ini.read_text().replace(f"listen = {LOOPBACK}:{api.port}", f"listen = [::]:{api.port}"))
    try:
        api.start()
        said = httpx.get(api.url, headers={"X-Forwarded-Host": "events.example"}, trust_env=False).json()
        assert said["elements"][0]["links"][0]["href"] == "http://events.example/v2.0"
    finally:
        api.kill()


def test_who_comes_when_no_file_is_left_is_served_once_there_is_one_again(tmp_path: Path) -> None:
    migrated(tmp_path)
    api = ApiProcess(tmp_path, {}, sample="development.ini", afresh=True)
    api.start()
    limits = resource.prlimit(api.pid, resource.RLIMIT_NOFILE)
    used = {int(each.name) for each in Path(f"/proc/{api.pid}/fd").iterdir()}
    resource.prlimit(api.pid, resource.RLIMIT_NOFILE, (min(set(range(len(used) + 1)) - used), limits[1]))
    with socket.create_connection((LOOPBACK, api.port), timeout=20) as client:
        client.sendall(b"GET /healthcheck/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_until(lambda: "no file is left for a connection error=" in api.log_file.read_text(), "it says so")
        resource.prlimit(api.pid, resource.RLIMIT_NOFILE, limits)
        assert client.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    api.stop()
