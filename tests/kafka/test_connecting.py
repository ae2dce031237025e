"""A publisher's connection, which is made on first use, and replaced while other threads use it."""

import gc
import logging
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from api.examples import unique
from history.topics import TopicReader
from monasca_events_api.errors import Unavailable
from monasca_events_api.messaging.kafka import GRACE_SECONDS, KafkaPublisher
from monasca_events_api.messaging.kafka_reasons import reasons_of_failure
from monasca_events_api.messaging.publisher import Message, Receipt
from monasca_events_api.settings import Settings, read_settings
from servers.kafka import KafkaCluster
from servers.ports import LOOPBACK
from servers.processes import wait_until
from servers.run import folder_of_the_run

NOWHERE = f"{LOOPBACK}:1"
USER, PASSWORD = "writer", "writer-password"


@pytest.fixture
def settings(kafka: KafkaCluster) -> Settings:
    return read_settings({"sqlalchemy.url": "sqlite://", "kafka.bootstrap_servers": kafka.bootstrap})


@pytest.fixture
def message(kafka: KafkaCluster) -> Message:
    topic = unique("topic")
    kafka.create_topics({topic: 1})
    return Message(topic, b"key", b"{}", [])


@pytest.fixture
def misleading() -> Iterator[KafkaCluster]:
    """A broker that says of itself, to who asks with a login, that it is where nobody is."""
    told = {"advertised.listeners": NOWHERE}
    cluster = KafkaCluster(folder_of_the_run("misleading"), settings=told, sasl_users={USER: PASSWORD})
    # Its ports are known only now.
    told["advertised.listeners"] = f"PLAINTEXT://{cluster.bootstrap},SASL://{NOWHERE}"
    cluster.start()
    yield cluster
    cluster.kill()


class Overtaken(KafkaPublisher):
    """Here *meanwhile* happens, once, between the moment at which somebody looks at the producer and the next one."""

    meanwhile: Callable[[], None] | None = None

    @property
    def _producer(self) -> Any:
        found, meanwhile, self.meanwhile = self.__dict__["_producer"], self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return found

    @_producer.setter
    def _producer(self, producer: Any) -> None:
        self.__dict__["_producer"] = producer


@pytest.fixture
def overtaken(settings: Settings, message: Message) -> Iterator[Overtaken]:
    """A publisher that is connected, and closed by another thread as soon as it is used again."""
    publisher = Overtaken(settings, timeout=1)
    publisher.publish([message])
    publisher.meanwhile = publisher.close
    yield publisher
    publisher.close()


def test_a_record_for_a_producer_that_another_thread_closes_is_refused(overtaken: Overtaken, message: Message) -> None:
    (outcome,) = overtaken.publish([message])
    assert not isinstance(outcome, Receipt)


def test_a_producer_may_be_closed_by_two_threads_at_once(overtaken: Overtaken, message: Message) -> None:
    overtaken.close()
    assert isinstance(overtaken.publish([message])[0], Receipt)


@pytest.fixture
def hurried(settings: Settings) -> Iterator[KafkaPublisher]:
    """A publisher that has no time to connect and to wait for acknowledgements, both."""
    timeout = 5.0
    publisher = KafkaPublisher(settings, timeout, within=timeout + GRACE_SECONDS + 0.002)
    yield publisher
    publisher.close()


def test_who_may_not_publish_for_longer_sends_nothing_when_it_has_just_connected(
    hurried: KafkaPublisher, message: Message, kafka: KafkaCluster
) -> None:
    with pytest.raises(Unavailable, match="Kafka was slow to connect to"):
        hurried.publish([message])
    with TopicReader(kafka.bootstrap, [message.topic]) as reader:
        assert reader.read_to_end() == []


def test_it_sends_on_the_connection_that_there_is_then(hurried: KafkaPublisher, message: Message) -> None:
    wait_until(lambda: sends(hurried, message), "it sends", 10)


def sends(publisher: KafkaPublisher, message: Message) -> bool:
    try:
        return isinstance(publisher.publish([message])[0], Receipt)
    except Unavailable:
        return False


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port of which nothing is heard, as of a host that is switched off."""
    with ExitStack() as opened:
        listening = opened.enter_context(socket.create_server((LOOPBACK, 0), backlog=0))
        port = int(listening.getsockname()[1])
        for _ in range(2):
            # Nobody accepts them; there is no room for another one.
            filling = opened.enter_context(socket.socket())
            filling.setblocking(False)
            filling.connect_ex((LOOPBACK, port))
        yield port


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_where_brokers_send_us_to_in_vain_is_told(misleading: KafkaCluster, settings: Settings) -> None:
    login = {"kafka_security_protocol": "SASL_PLAINTEXT", "kafka_username": USER, "kafka_password": PASSWORD}
    publisher = KafkaPublisher(replace(settings, kafka_servers=(misleading.sasl_bootstrap,), **login), timeout=1)
    with pytest.raises(Unavailable, match=f"its brokers are said to be at {NOWHERE}$"):
        publisher.check()
    gc.collect()  # the library leaves the socket of a refused connection to it


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_host_that_is_switched_off_is_passed_over(message: Message, settings: Settings, silent_port: int) -> None:
    servers = (f"{LOOPBACK}:{silent_port}", *settings.kafka_servers)
    # By chance it is asked first, or not at all.
    for _ in range(6):
        publisher = KafkaPublisher(replace(settings, kafka_servers=servers), timeout=3)
        (outcome,) = publisher.publish([message])
        publisher.close()
        assert isinstance(outcome, Receipt)
    # The library leaves a socket that was never connected to the collector.
    gc.collect()


@contextmanager
def no_file_left() -> Iterator[None]:
    """In the ``with`` this process may open no more files."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_to_a_process_that_may_open_no_more_files_kafka_is_away() -> None:
    publisher = KafkaPublisher(read_settings({"sqlalchemy.url": "sqlite://", "kafka.bootstrap_servers": NOWHERE}), 1)
    with pytest.raises(Unavailable, match=r"Kafka is away: .*Too many open files"), no_file_left():
        publisher.check()


def test_of_a_host_that_answers_nothing_it_is_told_once_however_long_it_was_waited_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "kafka")
    with reasons_of_failure() as reasons:
        for milliseconds in (999, 992):
            why = f"[Error 7] RequestTimedOutError: Request timed out after {milliseconds} ms"
            # As the library says it; how long it is depends on what else was tried.
            logging.getLogger("kafka.net.manager").error("Bootstrap attempt to 1 failed: %s (backoff 0.05 secs)", why)
    assert reasons == ["[Error 7] RequestTimedOutError: Request timed out"]
