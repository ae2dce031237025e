"""A hundred thousand announcements that wait: memory stays bounded, a poll costs what it always costs."""

import time
from collections import defaultdict
from pathlib import Path
from statistics import median

import pytest
from announcing_service import AnnouncingService
from sqlalchemy import create_engine, text

from faults.conftest import MakeService
from faults.report import Report
from history.stored import wait_for_empty_outbox
from history.topics import read_topics
from history.verdict import Verdict
from monasca_events_api.storage import outbox
from monasca_events_api.storage.sessions import Database
from servers.process_table import with_descendants

ROWS = 100_000
KEYS = 5_000
FEW = 1_000
SHARE = 5_000
"""Rows of one INSERT."""
MEGABYTES = 60
"""What the process may grow by: a wave of records, a batch of rows, and what their libraries make of them."""
INSERT = text(
    "INSERT INTO outbox (topic, key, headers, value, size, created_at) "
    "VALUES (:topic, :key, :headers, :value, :size, :created_at)"
)


def fill(service: AnnouncingService, first: int, number: int) -> None:
    """Let *number* records wait, as the changes of KEYS definitions that take turns."""
    engine = create_engine(service.database_url)
    insert = INSERT if engine.dialect.name == "postgresql" else text(INSERT.text.replace("key", "`key`", 1))
    last = first + number
    for start in range(first, last, SHARE):
        rows = [row(service.transforms_topic, each) for each in range(start, min(start + SHARE, last))]
        with engine.begin() as connection:
            connection.execute(insert, rows)
    engine.dispose()


def row(topic: str, number: int) -> dict[str, object]:
    revision = number // KEYS + 1
    headers = f'{{"id": "{number}", "type": "transform-updated", "revision": "{revision}"}}'
    value = f'{{"number": {number}, "filling": "{"x" * 1000}"}}'
    return {
        "topic": topic,
        "key": f"definition-{number % KEYS}",
        "headers": headers,
        "value": value,
        "size": len(value),
        "created_at": int(time.time()),
    }


def seconds_to_poll(database: Database) -> float:
    """Return the median time of what a relay asks for again and again."""
    times = []
    for _ in range(30):
        began = time.perf_counter()
        with database.immediate() as connection:
            outbox.waiting(connection, 0)
        times.append(time.perf_counter() - began)
    return median(times)


def megabytes(service: AnnouncingService) -> float:
    """Return the most memory that the process and its workers ever had at a time, each."""
    sizes = []
    for pid in with_descendants([service.processes[0].pid]):
        with Path(f"/proc/{pid}/status").open(encoding="ascii") as status:
            sizes += [int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM")]
    return max(sizes)


@pytest.fixture
def idle(make_service: MakeService, kind: str) -> AnnouncingService:
    """A service that does not run yet, on a schema."""
    service = make_service(kind)
    service.processes[0].migrate()
    return service


def test_a_hundred_thousand_rows(idle: AnnouncingService, kind: str, report: Report) -> None:
    database = Database(idle.database_url)
    fill(idle, 0, FEW)
    with_few = seconds_to_poll(database)
    fill(idle, FEW, ROWS - FEW)
    with_many = seconds_to_poll(database)
    database.dispose()
    idle.start()
    before = megabytes(idle)
    began = time.monotonic()
    wait_for_empty_outbox(idle.database_url, 240)
    rate = ROWS / (time.monotonic() - began)
    grown = megabytes(idle) - before
    poll = f"poll {with_few * 1e3:.1f} ms with {FEW}, {with_many * 1e3:.1f} with all"
    report.hold(f"{ROWS} rows wait: {rate:.0f} a second, +{grown:.0f} MB, {poll}, {kind}", verdict(idle))
    assert grown < MEGABYTES
    assert with_many < 3 * with_few + 0.005


def verdict(service: AnnouncingService) -> Verdict:
    """Return what a consumer says: the numbers of each key, once and in order."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for record in read_topics(service.kafka.bootstrap, [service.transforms_topic]):
        numbers[record.key].append(int(record.headers["id"]))
    found = Verdict(acknowledged=ROWS)
    for key, read in numbers.items():
        first = list(dict.fromkeys(read))
        found.repeated += len(read) - len(first)
        found.out_of_order += [key] if first != sorted(first) else []
    everything = {number for read in numbers.values() for number in read}
    found.lost += map(str, set(range(ROWS)) - everything)
    found.invented += map(str, everything - set(range(ROWS)))
    return found
