"""Keystone killed and back under load: clients are told to come again, and nobody waits long (contract 1.7)."""

import time

import httpx
from announcing_service import AnnouncingService

from faults.conftest import MakeService
from faults.load import Load
from faults.report import Report
from servers.api_process import ApiProcess, asking
from servers.keystone import Keystone
from servers.processes import wait_until

CONNECT_SECONDS = 1
PATIENCE_SECONDS = 2 * CONNECT_SECONDS + 2
QUICK = {"token_cache_time": "1", "http_connect_timeout": str(CONNECT_SECONDS), "http_request_max_retries": "0"}


def behind(keystone: Keystone, service: AnnouncingService) -> ApiProcess:
    """Return a process with the settings of *service* that asks *keystone* who its clients are."""
    main = {
        "sqlalchemy.url": service.database_url,
        "sqlalchemy.password": "",
        "messages.stream_definitions_topic": service.stream_definitions_topic,
        "messages.transforms_topic": service.transforms_topic,
        "messages.events_topic": service.events_topic,
        "kafka.bootstrap_servers": service.kafka.bootstrap,
        "quota.stream_definitions": "100000",
        "quota.transforms": "100000",
    }
    overrides = {"app:main": main, "filter:authtoken": {**asking(keystone), **QUICK}}
    return ApiProcess(service.processes[0].ini.parent, overrides)


def test_keystone_killed_and_back(make_service: MakeService, keystone: Keystone, report: Report) -> None:
    service = make_service("postgresql")
    process = behind(keystone, service)
    service.processes = [process]
    service.start()
    token = keystone.token("full")
    load = Load(service, "keystone", token=token)
    load.start()
    load.wait_for_changes(50)
    keystone.kill()
    try:
        unknown = load.unknown
        wait_until(lambda: load.unknown > unknown + 10, "tokens cannot be asked about", 20)
        began = time.monotonic()
        answer = httpx.get(
            f"{process.url}/v2.0/transforms",
            headers={"X-Auth-Token": "never seen"},
            timeout=30,
            trust_env=False,
        )
        seconds = time.monotonic() - began
    finally:
        keystone.start()
    load.wait_for_changes(50)
    report.hold("Keystone SIGKILLed and back", load.verdict())
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
    assert seconds < PATIENCE_SECONDS
