"""A topic that is not there, or may not be written to, under load: nothing is lost, refused or set aside."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from faults.conftest import MakeService
from faults.load import Load
from faults.report import Report
from servers.kafka import KafkaCluster
from servers.run import folder_of_the_run

USER, PASSWORD = "writer", "writer-password"
WRITING = ("WRITE", "DESCRIBE")


@pytest.fixture(scope="module")
def strict_kafka() -> Iterator[KafkaCluster]:
    """A broker that asks who one is, and what one may do."""
    cluster = KafkaCluster(folder_of_the_run("strict-kafka"), sasl_users={USER: PASSWORD})
    cluster.start()
    yield cluster
    cluster.kill()


def test_a_topic_is_missing(make_service: MakeService, kind: str, report: Report) -> None:
    service = make_service(kind)
    with closing(service.kafka.admin()) as admin:
        admin.delete_topics([service.transforms_topic])
    service.start()
    load = Load(service, f"missing topic {kind}")
    load.start()
    load.wait_for_changes(100)
    assert service.transforms_topic in service.health()["kafka"]
    service.create_topics(service.transforms_topic)
    load.wait_for_changes(20)
    report.hold(f"a topic missing, {kind}", load.verdict())
    assert (load.unknown, service.health()["outbox"]) == (0, "OK")


def test_the_permission_to_write_is_taken_away(
    make_service: MakeService, strict_kafka: KafkaCluster, kind: str, report: Report
) -> None:
    login = {
        "kafka.bootstrap_servers": strict_kafka.sasl_bootstrap,
        "kafka.security_protocol": "SASL_PLAINTEXT",
        "kafka.sasl_username": USER,
        "kafka.sasl_password": PASSWORD,
    }
    service = make_service(kind, broker=strict_kafka, settings=login)
    for topic in service.topics:
        strict_kafka.allow(USER, WRITING, topic)
    service.start()
    load = Load(service, f"permission {kind}")
    load.start()
    load.wait_for_changes(50)
    for topic in service.definition_topics:
        strict_kafka.forbid(USER, WRITING, topic)
    load.wait_for_changes(100)
    for topic in service.definition_topics:
        strict_kafka.allow(USER, WRITING, topic)
    load.wait_for_changes(20)
    report.hold(f"the permission to write taken away, {kind}", load.verdict())
    assert (load.unknown, service.health()["outbox"]) == (0, "OK")
