"""``listen`` in ``[server:main]``: where the service can be reached."""

from pathlib import Path

import httpx
import pytest

from servers.api_process import ApiProcess
from start.programs import SECRETS

NOBODY = {
    "app:main": {
        "sqlalchemy.url": "postgresql+psycopg://monasca@127.0.0.1:1/events",
        "kafka.bootstrap_servers": "127.0.0.1:1",
    },
    "filter:authtoken": {"auth_url": "http://127.0.0.1:1/v3"},
}


@pytest.mark.parametrize("listening", ["*:{}", "[::]:{}", "127.0.0.1:{} [::1]:{}"])
def test_it_can_be_reached_by_both_kinds_of_address(tmp_path: Path, listening: str) -> None:
    api = ApiProcess(tmp_path, NOBODY, environment=SECRETS)
    there = f"listen = {listening.format(api.port, api.port)}"
    api.ini.write_text(api.ini.read_text().replace(f"listen = 127.0.0.1:{api.port}", there))
    try:
        api.start()
        assert httpx.get(f"http://[::1]:{api.port}/healthcheck/live", trust_env=False).is_success
    finally:
        api.kill()
