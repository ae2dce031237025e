"""``listen`` in ``[server:main]``: where the service can be reached."""

from pathlib import Path

import httpx
import pytest

from servers.api_process import ApiProcess
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
