"""What a worker does with memory that it needed for a while."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from api.examples import event
from door.memory import grown_by, memory_of
from servers.api_process import ApiProcess
from servers.processes import wait_until
from start.programs import migrated

EVENTS = 1_000
CLIENTS = 16
BODIES = 64


def post_events(api: ApiProcess, _number: int) -> None:
    """Post EVENTS events of about one kilobyte, again when the service says that it has too many of them just now."""
    body = json.dumps([event(payload={"text": "x" * 1_000}) for _ in range(EVENTS)])

    def posted() -> bool:
        answer = httpx.post(f"{api.url}/v2.0/events", content=body, trust_env=False, timeout=60)
        assert answer.status_code in {204, 503}, answer.text
        return answer.status_code == 204

    wait_until(posted, "the events are taken")


def post_large_bodies(api: ApiProcess) -> None:
    """Post BODIES large bodies, CLIENTS at a time."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda number: post_events(api, number), range(BODIES)))


def test_what_large_bodies_took_is_given_back(tmp_path: Path) -> None:
    migrated(tmp_path)
    api = ApiProcess(tmp_path, {}, sample="development.ini", afresh=True)
    api.start()
    try:
        before = memory_of(api.pid)
        # At the most: it may have been given back before the last answer is here.
        taken = grown_by(api.pid, lambda: post_large_bodies(api))
        wait_until(lambda: memory_of(api.pid) - before < taken / 2, "half of it is given back")
    finally:
        api.stop()
