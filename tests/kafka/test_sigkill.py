"""SIGKILL at random moments under load: what was committed is announced, and nothing else (contract 2)."""

import os
import random
import threading
from collections.abc import Callable

import pytest
from announcing_service import PRODUCTION, TENANT, AnnouncingService

from history.changes import ChangeLog
from history.checker import check
from history.stored import read_stored, wait_for_empty_outbox
from history.topics import read_topics
from history.verdict import table
from history.writers import SharedDefinitions, Writer
from servers.processes import wait_until

MakeService = Callable[..., AnnouncingService]
KILLS = 10
WRITERS = 6


@pytest.mark.parametrize("database", PRODUCTION)
def test_no_announcement_is_lost_or_invented_when_the_service_is_killed(
    make_service: MakeService, database: str
) -> None:
    seed = os.environ.get("FAULT_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"FAULT_SEED={seed}")  # noqa: T201 - with it the run can be had again
    service = make_service(database, settings={"relay.lease": "5"})
    service.create_topics()
    service.start()
    log, shared, stop = ChangeLog(), SharedDefinitions(), threading.Event()
    options = {"log": log, "shared": shared, "stop": stop, "parameters": {"tenant_id": TENANT}}
    writers = [Writer(service.urls, seed=f"{seed}.{number}", **options) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    kill_again_and_again(service, log, random.Random(seed))
    stop.set()
    for writer in writers:
        writer.join()
    wait_for_empty_outbox(service.database_url)
    records = read_topics(service.kafka.bootstrap, service.definition_topics)
    verdict = check(log, read_stored(service.database_url), records)
    print(table([verdict.row(f"{KILLS} x SIGKILL, {database}")]))  # noqa: T201
    assert verdict.faults == [], f"FAULT_SEED={seed}"
    assert verdict.acknowledged > KILLS


def kill_again_and_again(service: AnnouncingService, log: ChangeLog, chance: random.Random) -> None:
    """SIGKILL the process KILLS times, each time after some more changes: by their number, not by the clock."""
    (process,) = service.processes
    for _ in range(KILLS):
        wanted = len(log) + chance.randint(1, 60)
        wait_until(lambda wanted=wanted: len(log) >= wanted, f"{wanted} answers", 30)
        process.kill()
        process.start()
