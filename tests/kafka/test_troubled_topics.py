"""A topic, or a record, that the broker does not take holds up nobody else (contract 2)."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from announcing_service import AnnouncingService

from api.examples import event, stream_definition, transform
from servers.kafka import KafkaCluster
from servers.processes import wait_until
from servers.run import folder_of_the_run

MakeService = Callable[..., AnnouncingService]
STREAMS, TRANSFORMS = "stream-definitions", "transforms"
PROMPT_SECONDS = 1.0
USER, PASSWORD = "writer", "writer-password"


@pytest.fixture(scope="module")
def strict_kafka() -> Iterator[KafkaCluster]:
    """A broker that asks who one is, and what one may do."""
    cluster = KafkaCluster(folder_of_the_run("kafka"), sasl_users={USER: PASSWORD})
    cluster.start()
    yield cluster
    cluster.kill()


def with_login(cluster: KafkaCluster) -> dict[str, Any]:
    settings = {
        "kafka.bootstrap_servers": cluster.sasl_bootstrap,
        "kafka.security_protocol": "SASL_PLAINTEXT",
        "kafka.sasl_username": USER,
        "kafka.sasl_password": PASSWORD,
    }
    return {"broker": cluster, "settings": settings}


def seconds_to_announce(service: AnnouncingService, kind: str, body: dict[str, Any]) -> float:
    """Return how long a new definition takes from its answer to a consumer."""
    with service.reader() as reader, service.client() as client:
        reader.read_to_end()
        identifier = client.create(kind, body)["id"]
        answered = time.monotonic()
        reader.wait_for_key(identifier)
        return time.monotonic() - answered


def test_a_missing_topic_holds_up_only_what_is_for_it(make_service: MakeService) -> None:
    service = make_service()
    service.create_topics(service.stream_definitions_topic)
    service.start()
    with service.client() as client:
        for _ in range(3):
            client.create(TRANSFORMS, transform())
    seconds_to_announce(service, STREAMS, stream_definition())
    times = sorted(seconds_to_announce(service, STREAMS, stream_definition()) for _ in range(5))
    assert times[len(times) // 2] < PROMPT_SECONDS, times


def test_many_waiting_records_for_a_missing_topic_hold_up_nobody(make_service: MakeService) -> None:
    service = make_service("postgresql")
    service.create_topics(service.stream_definitions_topic)
    service.start()
    with service.client() as client:
        for _ in range(1000):
            client.create(TRANSFORMS, transform())
    seconds_to_announce(service, STREAMS, stream_definition())
    times = sorted(seconds_to_announce(service, STREAMS, stream_definition()) for _ in range(5))
    assert times[len(times) // 2] < PROMPT_SECONDS, times


def test_a_missing_topic_is_filled_once_it_is_made(make_service: MakeService) -> None:
    service = make_service()
    service.create_topics(service.stream_definitions_topic)
    service.start()
    with service.client() as client:
        ids = [client.create(TRANSFORMS, transform())["id"] for _ in range(3)]
    service.create_topics(service.transforms_topic)
    with service.reader() as reader:
        assert all(reader.wait_for_key(identifier) for identifier in ids)


def test_a_missing_topic_is_named_by_the_healthcheck(make_service: MakeService) -> None:
    service = make_service()
    service.create_topics(service.stream_definitions_topic, service.events_topic)
    service.start()
    assert service.transforms_topic in service.health()["kafka"]


def test_without_the_permission_to_write_announcements_wait_for_it(
    make_service: MakeService, strict_kafka: KafkaCluster
) -> None:
    service = make_service(**with_login(strict_kafka))
    service.create_topics()
    strict_kafka.allow(USER, ["WRITE", "DESCRIBE"], service.stream_definitions_topic)
    service.start()
    with service.client() as client:
        identifier = client.create(TRANSFORMS, transform())["id"]
    seconds_to_announce(service, STREAMS, stream_definition())
    strict_kafka.allow(USER, ["WRITE", "DESCRIBE"], service.transforms_topic)
    with service.reader() as reader:
        assert reader.wait_for_key(identifier, seconds=30)


def test_without_the_permission_to_write_nothing_is_set_aside(
    make_service: MakeService, strict_kafka: KafkaCluster
) -> None:
    service = make_service(**with_login(strict_kafka))
    service.create_topics()
    for topic in service.topics:
        strict_kafka.allow(USER, ["DESCRIBE"], topic)
    service.start()
    with service.client() as client:
        client.create(TRANSFORMS, transform())
        assert client.send_json("POST", "events", event()).status_code == 503
    assert service.health()["outbox"] == "OK"


@pytest.fixture
def locked_out(make_service: MakeService, strict_kafka: KafkaCluster) -> AnnouncingService:
    """A service with a wrong password."""
    connection = with_login(strict_kafka)
    connection["settings"]["kafka.sasl_password"] = "wrong"
    service = make_service(**connection)
    service.start()
    return service


WRONG_PASSWORD = "Authentication failed: Invalid username or password"
"""The broker's words; of the library's attempts some end before it has read them."""


def test_the_healthcheck_says_that_the_password_is_wrong(locked_out: AnnouncingService) -> None:
    wait_until(lambda: WRONG_PASSWORD in locked_out.health()["kafka"], "it is said")


def test_the_log_says_that_the_password_is_wrong(locked_out: AnnouncingService) -> None:
    log = locked_out.processes[0].log_file

    def said_of_an_event() -> bool:
        with locked_out.client() as client:
            assert client.send_json("POST", "events", event()).status_code == 503
        return any("kafka is away" in line and WRONG_PASSWORD in line for line in log.read_text().splitlines())

    wait_until(said_of_an_event, "it is said")


@pytest.fixture
def small_service(make_service: MakeService) -> AnnouncingService:
    """A service whose topics take records of up to 20 kB."""
    service = make_service()
    service.create_topics(configs={"max.message.bytes": "20000"})
    service.start()
    return service


def too_large() -> dict[str, Any]:
    # In its parts: a comment would not be published.
    return transform(specification=f"- event_type: a.{'b' * 100}\n  traits: {{}}\n" * 400)


def test_a_record_larger_than_the_broker_takes_is_set_aside_with_its_reason(small_service: AnnouncingService) -> None:
    with small_service.client() as client:
        client.create(TRANSFORMS, too_large())
    wait_until(lambda: "1 set aside" in small_service.health()["outbox"], "it is set aside", 20)
    assert "larger" in small_service.health()["outbox"]


def test_a_record_larger_than_the_broker_takes_holds_up_nobody(small_service: AnnouncingService) -> None:
    with small_service.client() as client:
        large = client.create(TRANSFORMS, too_large())["id"]
        others = [client.create(TRANSFORMS, transform())["id"] for _ in range(5)]
        client.replace(TRANSFORMS, large, transform())
    with small_service.reader() as reader:
        assert all(reader.wait_for_key(identifier) for identifier in [*others, large])
