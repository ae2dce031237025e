"""What a worker does with memory that it needed for a while."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from api.examples import event
from door.memory import memory_of
from servers.api_process import ApiProcess
from servers.processes import wait_until
from start.programs import migrated

EVENTS = 1_000
BODIES = 64


def post_events(api: ApiProcess, _number: int) -> int:
    """Post EVENTS events of about one kilobyte, and return the answer's status."""
    body = [event(payload={"text": "x" * 1_000}) for _ in range(EVENTS)]
    return httpx.post(f"{api.url}/v2.0/events", content=json.dumps(body), trust_env=False, timeout=60).status_code


def test_what_large_bodies_took_is_given_back(tmp_path: Path) -> None:
    migrated(tmp_path)
    api = ApiProcess(tmp_path, {}, sample="development.ini")
    api.start()
    before = memory_of(api.pid)
    with ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(lambda number: post_events(api, number), range(BODIES)))
    taken = memory_of(api.pid) - before
    wait_until(lambda: memory_of(api.pid) - before < taken / 2, "half of it is given back")
    api.stop()
    assert answers == [204] * BODIES
