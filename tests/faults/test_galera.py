"""A three-node Galera cluster that takes writes on every node, and loses one (contract 2)."""

from collections.abc import Iterator

import pytest

from faults.conftest import MakeService
from faults.load import Load
from faults.report import Report
from servers.galera import GaleraCluster
from servers.run import folder_of_the_run

QUICK_LEASE = {"relay.lease": "5"}
MORE = 40


@pytest.fixture
def galera() -> Iterator[GaleraCluster]:
    cluster = GaleraCluster(folder_of_the_run("galera"))
    cluster.start()
    yield cluster
    cluster.kill()


def test_one_node_of_three_is_killed(make_service: MakeService, galera: GaleraCluster, report: Report) -> None:
    urls = galera.create_database("monasca")
    services = [make_service("mariadb", url=urls[0], settings=QUICK_LEASE)]
    first = services[0]
    topics = {
        "messages.stream_definitions_topic": first.stream_definitions_topic,
        "messages.transforms_topic": first.transforms_topic,
        "messages.events_topic": first.events_topic,
    }
    services += [make_service("mariadb", url=url, settings={**QUICK_LEASE, **topics}) for url in urls[1:]]
    for service in services:
        service.start()
    load = Load(first, "galera", urls=[url for service in services for url in service.urls])
    load.start()
    load.wait_for_changes(2 * MORE)
    galera.kill_node(2)
    load.wait_for_changes(2 * MORE)
    galera.start_node(2)
    load.wait_for_changes(MORE)
    report.hold("one Galera node of three SIGKILLed", load.verdict())
