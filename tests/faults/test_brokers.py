"""Brokers that die, hang or are not there: no change is refused, and none stays unannounced (contract 2)."""

from collections.abc import Iterator

import pytest
from announcing_service import PRODUCTION

from faults.conftest import MakeService
from faults.load import Load, wait_for_changes
from faults.report import Report
from servers.kafka import KafkaCluster
from servers.processes import wait_until


@pytest.fixture
def loads(make_service: MakeService, brokers: KafkaCluster, request: pytest.FixtureRequest) -> Iterator[list[Load]]:
    """Writers on a service with two processes, on each database: what the brokers do is done to both."""
    assert brokers
    services = {kind: make_service(kind, processes=2, settings={"relay.lease": "10"}) for kind in PRODUCTION}
    found = [Load(service, f"{request.node.name} {kind}", writers=3) for kind, service in services.items()]
    yield found
    for load in found:
        load.stop()


def start(loads: list[Load]) -> None:
    for load in loads:
        load.service.start()
        load.start()
    wait_for_changes(loads, 20)


def hold(report: Report, fault: str, loads: list[Load]) -> None:
    """Add a line for each; a broker's fault leaves no client without an answer."""
    for kind, load in zip(PRODUCTION, loads, strict=True):
        report.hold(f"{fault}, {kind}", load.verdict())
        assert load.unknown == 0


@pytest.mark.core
def test_the_leader_is_killed_under_load(loads: list[Load], brokers: KafkaCluster, report: Report) -> None:
    start(loads)
    leader = brokers.leader(loads[0].service.stream_definitions_topic)
    brokers.kill_broker(leader)
    wait_for_changes(loads, 100)
    brokers.start_broker(leader)
    hold(report, "leader killed", loads)


def test_one_broker_is_left(loads: list[Load], brokers: KafkaCluster, report: Report) -> None:
    start(loads)
    for broker in (1, 2):
        brokers.kill_broker(broker)
    wait_for_changes(loads, 100)
    for broker in (1, 2):
        brokers.start_broker(broker)
    hold(report, "two of three brokers killed", loads)


def test_all_brokers_hang(loads: list[Load], brokers: KafkaCluster, report: Report) -> None:
    start(loads)
    for broker in brokers.brokers:
        brokers.pause_broker(broker)
    wait_for_changes(loads, 100)
    for load in loads:
        load.stop()
    for load in loads:
        wait_until(load.service.is_late, "the health check tells of changes that wait", 90)
    for broker in brokers.brokers:
        brokers.resume_broker(broker)
    hold(report, "all brokers paused until the health check tells of it", loads)


def test_the_brokers_are_away_from_the_start_through_a_thousand_changes(
    loads: list[Load], brokers: KafkaCluster, report: Report
) -> None:
    for broker in brokers.brokers:
        brokers.kill_broker(broker)
    start(loads)
    wait_for_changes(loads, 1000, seconds=180)
    brokers.start()
    hold(report, "brokers away during the start and 1000 changes", loads)
