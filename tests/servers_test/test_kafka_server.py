"""The Kafka that the tests run against."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaTimeoutError, TopicAuthorizationFailedError

from servers.kafka import KafkaCluster
from servers.run import folder_of_the_run

FOR_THE_WRITER = {
    "security_protocol": "SASL_PLAINTEXT",
    "sasl_mechanism": "PLAIN",
    "sasl_plain_username": "writer",
    "sasl_plain_password": "secret",
}


@pytest.fixture(scope="module")
def guarded() -> Iterator[KafkaCluster]:
    cluster = KafkaCluster(folder_of_the_run("kafka"), sasl_users={"writer": "secret"}, tls=True)
    cluster.start()
    yield cluster
    cluster.kill()


@pytest.fixture(scope="module")
def three_brokers() -> Iterator[KafkaCluster]:
    cluster = KafkaCluster(folder_of_the_run("kafka"), brokers=3)
    cluster.start()
    yield cluster
    cluster.kill()


def write(servers: str, topic: str, value: bytes, **settings: object) -> None:
    with closing(KafkaProducer(bootstrap_servers=servers, acks="all", **settings)) as producer:
        producer.send(topic, value).get(timeout=20)


def read(cluster: KafkaCluster, topic: str) -> list[bytes]:
    """Return what is in the first partition of a topic."""
    partition = TopicPartition(topic, 0)
    with closing(KafkaConsumer(bootstrap_servers=cluster.bootstrap)) as consumer:
        consumer.assign([partition])
        consumer.seek_to_beginning()
        (end,) = consumer.end_offsets([partition]).values()
        values: list[bytes] = []
        while consumer.position(partition) < end:
            values += [record.value for record in consumer.poll(1000).get(partition, [])]
        return values


def test_a_record_comes_back_as_it_was_sent(kafka: KafkaCluster) -> None:
    kafka.create_topics({"round-trip": 1})
    write(kafka.bootstrap, "round-trip", b"\x00\xff")
    assert read(kafka, "round-trip") == [b"\x00\xff"]


def test_no_topic_is_made_by_writing_to_it(kafka: KafkaCluster) -> None:
    with pytest.raises(KafkaTimeoutError):
        write(kafka.bootstrap, "never-made", b"1", max_block_ms=2000)


def test_a_deleted_topic_can_be_made_again_and_is_empty(kafka: KafkaCluster) -> None:
    kafka.create_topics({"made-again": 1})
    write(kafka.bootstrap, "made-again", b"1")
    kafka.delete_topic("made-again")
    kafka.create_topics({"made-again": 1})
    assert read(kafka, "made-again") == []


def test_a_killed_broker_comes_back_with_its_records(guarded: KafkaCluster) -> None:
    guarded.create_topics({"kept": 1})
    write(guarded.bootstrap, "kept", b"1")
    guarded.kill_broker(1)
    guarded.start_broker(1)
    assert read(guarded, "kept") == [b"1"]


def test_a_user_writes_only_where_it_is_allowed(guarded: KafkaCluster) -> None:
    guarded.create_topics({"open": 1, "closed": 1})
    guarded.allow("writer", ["WRITE", "DESCRIBE"], "open")
    write(guarded.sasl_bootstrap, "open", b"1", **FOR_THE_WRITER)
    with pytest.raises(TopicAuthorizationFailedError):
        write(guarded.sasl_bootstrap, "closed", b"1", **FOR_THE_WRITER)


def test_a_client_that_trusts_its_authority_reaches_it_over_tls(guarded: KafkaCluster) -> None:
    guarded.create_topics({"over-tls": 1})
    write(guarded.tls_bootstrap, "over-tls", b"1", security_protocol="SSL", ssl_cafile=str(guarded.ca_file))
    assert read(guarded, "over-tls") == [b"1"]


def test_another_broker_leads_when_the_leader_is_killed(three_brokers: KafkaCluster) -> None:
    three_brokers.create_topics({"led": 1})
    write(three_brokers.bootstrap, "led", b"1")
    three_brokers.kill_broker(three_brokers.leader("led"))
    write(three_brokers.bootstrap, "led", b"2")
    assert read(three_brokers, "led") == [b"1", b"2"]
