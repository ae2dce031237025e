"""``listen`` in ``[server:main]``: where the service can be reached."""

from pathlib import Path

import httpx
import pytest

from servers.api_process import ApiProcess
from servers.ports import LOOPBACK
from start.programs import NOWHERE, SECRETS


@pytest.mark.parametrize("listening", ["*:{}", "[::]:{}", "127.0.0.1:{} [::1]:{}"])
def test_it_can_be_reached_by_both_kinds_of_address(tmp_path: Path, listening: str) -> None:
    api = ApiProcess(tmp_path, NOWHERE, environment=SECRETS)
    there = f"listen = {listening.format(api.port, api.port)}"
    api.ini.write_text(api.ini.read_text().replace(f"listen = 127.0.0.1:{api.port}", there))
    try:
        api.start()
        assert httpx.get(f"http://[::1]:{api.port}/healthcheck/live", trust_env=False).is_success
    finally:
        api.kill()


def test_a_proxy_is_trusted_by_its_ipv4_address_on_a_socket_for_both_kinds(tmp_path: Path) -> None:
    trusting = {**NOWHERE, "app:main": {**NOWHERE["app:main"], "api.trusted_proxies": LOOPBACK}}
    api = ApiProcess(tmp_path, trusting, environment=SECRETS)
    api.ini.write_text(api.ini.read_text().replace(f"listen = {LOOPBACK}:{api.port}", f"listen = [::]:{api.port}"))
    try:
        api.start()
        said = httpx.get(api.url, headers={"X-Forwarded-Host": "events.example"}, trust_env=False).json()
        assert said["elements"][0]["links"][0]["href"] == "http://events.example/v2.0"
    finally:
        api.kill()
