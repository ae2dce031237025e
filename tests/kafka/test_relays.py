"""Several processes on one database, each with its relay: one publishes at a time (contract 2)."""

import time
from collections.abc import Callable, Iterator

import pytest
from announcing_service import PRODUCTION, AnnouncingService, new_database
from sqlalchemy import create_engine, text

from api.examples import stream_definition, transform
from servers.kafka import KafkaCluster
from servers.processes import wait_until

MakeService = Callable[..., AnnouncingService]
LEASE_SECONDS = 6
STREAMS, TRANSFORMS = "stream-definitions", "transforms"


@pytest.fixture(scope="module", params=PRODUCTION)
def pair(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Iterator[AnnouncingService]:
    """Two processes; the first one holds the lease."""
    settings = {"relay.lease": str(LEASE_SECONDS)}
    place = new_database(request, request.param)
    service = AnnouncingService(*place, kafka, processes=2, settings=settings)
    service.create_topics()
    service.start()
    yield service
    service.kill()


@pytest.mark.parametrize("process", [0, 1])
def test_a_change_made_through_either_process_is_announced_promptly(pair: AnnouncingService, process: int) -> None:
    times = []
    with pair.reader() as reader, pair.client(process) as client:
        for _ in range(10):
            identifier = client.create(STREAMS, stream_definition())["id"]
            answered = time.monotonic()
            reader.wait_for_key(identifier)
            times.append(time.monotonic() - answered)
    assert sorted(times)[5] < 0.5, times


def test_both_processes_know_each_others_definitions(pair: AnnouncingService) -> None:
    with pair.client(0) as one, pair.client(1) as other:
        identifier = one.create(TRANSFORMS, transform())["id"]
        assert other.get(f"{TRANSFORMS}/{identifier}").status_code == 200


def test_changes_through_both_processes_are_announced_in_order(pair: AnnouncingService) -> None:
    with pair.client(0) as one, pair.client(1) as other, pair.reader() as reader:
        identifier = one.create(TRANSFORMS, transform())["id"]
        for number in range(20):
            (one, other)[number % 2].replace(TRANSFORMS, identifier, transform(description=str(number)))
        assert [record.revision for record in reader.wait_for_key(identifier, 21)] == list(range(1, 22))


def test_the_lease_of_a_killed_relay_is_taken_over_when_it_has_run_out(pair: AnnouncingService) -> None:
    holder = 0 if holds_the_lease(pair, 0) else 1
    pair.processes[holder].kill()
    killed = time.monotonic()
    with pair.client(1 - holder) as client, pair.reader() as reader:
        identifier = client.create(STREAMS, stream_definition())["id"]
        reader.wait_for_key(identifier)
    seconds = time.monotonic() - killed
    pair.processes[holder].start()
    wait_until(lambda: not holds_the_lease(pair, holder), "it stands by")
    assert seconds < LEASE_SECONDS + 2


def test_a_process_that_is_told_to_end_gives_the_lease_back(pair: AnnouncingService) -> None:
    holder = 0 if holds_the_lease(pair, 0) else 1
    held_by = holder_of_the_lease(pair)
    pair.processes[holder].stop()
    # Nobody, or the other process already.
    holds = holder_of_the_lease(pair)
    pair.processes[holder].start()
    assert holds != held_by


def test_of_the_workers_of_a_process_one_alone_publishes(make_service: MakeService) -> None:
    service = make_service("postgresql", workers=3)
    service.create_topics()
    service.start()
    with service.client() as client, service.reader() as reader:
        for _ in range(10):
            reader.wait_for_key(client.create(TRANSFORMS, transform())["id"])
    log = service.processes[0].log_file
    wait_until(lambda: log.read_text(encoding="utf-8").count("relay stands by") == 2, "the others say so")
    assert log.read_text(encoding="utf-8").count("relay took the lease") == 1


def holder_of_the_lease(pair: AnnouncingService) -> str:
    engine = create_engine(pair.database_url)
    with engine.connect() as connection:
        holder = connection.execute(text("SELECT holder FROM relay_lease")).scalar_one()
    engine.dispose()
    return str(holder)


def holds_the_lease(pair: AnnouncingService, process: int) -> bool:
    """Say whether that process has the lease, as it has said last."""
    log = pair.processes[process].log_file.read_text(encoding="utf-8")
    return log.rfind("relay took the lease") > log.rfind("relay stands by")
