"""Events while brokers die or hang: 204 means that they are there, 503 names those that are not (contract 2)."""

import time
from collections.abc import Iterator

import pytest

from api.examples import transform
from faults.conftest import MakeService
from faults.events import EventLoad
from faults.report import Report
from servers.kafka import KafkaCluster
from servers.processes import wait_until

TIMEOUT_SECONDS = 3
GRACE_SECONDS = 3
"""What an answer may take beyond the time-out: the library's grace, and two busy cores."""
TOPIC = 0


@pytest.fixture
def load(make_service: MakeService, brokers: KafkaCluster) -> Iterator[EventLoad]:
    """Clients of one process that post events; the database has no part in it."""
    assert brokers
    service = make_service("sqlite", settings={"kafka.timeout": str(TIMEOUT_SECONDS)})
    service.start()
    load = EventLoad(service)
    load.start()
    wait_for_events(load, 200)
    yield load
    load.stop()


def wait_for_events(load: EventLoad, more: int) -> None:
    wanted = len(load.answers.promised) + more
    wait_until(lambda: len(load.answers.promised) >= wanted, f"{more} more events acknowledged", 60)


def wait_for_refusals(load: EventLoad, more: int) -> None:
    wanted = load.answers.refusals + more
    wait_until(lambda: load.answers.refusals >= wanted, f"{more} more refusals", 60)


@pytest.mark.core
def test_the_leader_is_killed_in_mid_batch(load: EventLoad, brokers: KafkaCluster, report: Report) -> None:
    leader = brokers.leader(load.service.events_topic, TOPIC)
    brokers.kill_broker(leader)
    wait_for_events(load, 400)
    brokers.start_broker(leader)
    report.hold("events: leader killed in mid-batch", load.verdict())


def test_a_broker_hangs_for_longer_than_the_time_out(load: EventLoad, brokers: KafkaCluster, report: Report) -> None:
    leader = brokers.leader(load.service.events_topic, TOPIC)
    brokers.pause_broker(leader)
    wait_for_refusals(load, 1)
    brokers.resume_broker(leader)
    wait_for_events(load, 400)
    report.hold(f"events: leader paused beyond the {TIMEOUT_SECONDS} s of kafka.timeout", load.verdict())


def test_too_few_replicas(load: EventLoad, brokers: KafkaCluster, report: Report) -> None:
    brokers.kill_broker(1)
    brokers.kill_broker(2)
    wait_for_refusals(load, 3)
    brokers.start_broker(1)
    brokers.start_broker(2)
    wait_for_events(load, 400)
    report.hold("events: one broker of three left", load.verdict())


def test_the_log_says_that_there_are_too_few_replicas(load: EventLoad, brokers: KafkaCluster) -> None:
    brokers.kill_broker(1)
    brokers.kill_broker(2)
    reason = "reason=Kafka did not acknowledge in time: NotEnoughReplicas"
    wait_until(lambda: reason in load.service.processes[0].log_file.read_text(), "the reason is told", 60)


def test_definitions_are_served_while_the_brokers_hang(
    make_service: MakeService, brokers: KafkaCluster, report: Report
) -> None:
    service = make_service("sqlite", settings={"kafka.timeout": str(TIMEOUT_SECONDS)})
    service.start()
    # More clients than the process has threads.
    load = EventLoad(service, clients=40)
    load.start()
    wait_for_events(load, 200)
    for broker in brokers.brokers:
        brokers.pause_broker(broker)
    wait_for_refusals(load, 50)
    times = []
    with service.client() as client:
        for _ in range(20):
            began = time.monotonic()
            client.create("transforms", transform())
            times.append(time.monotonic() - began)
    for broker in brokers.brokers:
        brokers.resume_broker(broker)
    wait_for_events(load, 200)
    slowest = max(times)
    report.hold(f"events: brokers hang, 40 clients; a definition took {slowest:.1f} s at most", load.verdict())
    assert sorted(times)[10] < 1, times
    assert load.answers.slowest < TIMEOUT_SECONDS + GRACE_SECONDS
