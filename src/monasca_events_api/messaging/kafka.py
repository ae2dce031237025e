"""Records to Kafka, acknowledged by all in-sync replicas (contract 2)."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any
from zlib import crc32

from kafka import KafkaAdminClient, KafkaProducer
from kafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from kafka.net.compat import KafkaNetClient
from kafka.producer.future import FutureRecordMetadata

from monasca_events_api.errors import Unavailable
from monasca_events_api.messaging.kafka_bootstrap import network_client
from monasca_events_api.messaging.kafka_reasons import last_answers, reasons_of_failure
from monasca_events_api.messaging.kafka_selector import QuickSelector
from monasca_events_api.messaging.publisher import Message, Outcome, Receipt, Refused
from monasca_events_api.settings import Settings

log = logging.getLogger(__name__)

CHECK_SECONDS = 3.0
GRACE_SECONDS = 1.0
BATCH_BYTES = 262_144
TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
CLOSED = (TopicAuthorizationFailedError, UnknownTopicOrPartitionError)


class KafkaPublisher:
    """A producer that is made on first use, so after any fork, and replaced when it has died."""

    def __init__(self, settings: Settings, timeout: float, within: float = math.inf) -> None:
        """*timeout* is how many seconds all of one ``publish`` may wait for acknowledgements, once it is connected.

        If connecting has taken so long that ``publish`` could end more than *within* seconds after it began, nothing
        is sent.
        """
        self._timeout = timeout
        self._within = within
        self._topics = [settings.stream_definitions_topic, settings.transforms_topic, settings.events_topic]
        self._connection = _connection(settings)
        self._max_record_bytes = settings.kafka_max_record_bytes
        self._connecting = threading.Lock()
        self._producer: KafkaProducer | None = None
        self._failed_at = 0.0
        self._told: set[str] = set()

    def publish(self, messages: Sequence[Message]) -> list[Outcome]:
        """Send *messages*, then wait for all of them together; see ``Publisher.publish``."""
        began = time.monotonic()
        latest = began + self._within
        producer = self._connected()
        deadline = time.monotonic() + self._timeout + GRACE_SECONDS
        if deadline > latest:
            # With less time the acknowledgement may come too late, and the record would go out again; the next
            # ``publish`` finds the connection.
            raise Unavailable("Kafka was slow to connect to")
        sent = _send_all(producer, messages)
        outcomes = [
            each if isinstance(each, Refused) else _outcome(each, message.topic, began, deadline)
            for each, message in zip(sent, messages, strict=True)
        ]
        # The library itself gives up at the timeout; only its dead thread leaves a record undecided.
        if any(not isinstance(each, Refused) and not each.is_done for each in sent):
            self._replace(producer)
        return outcomes

    def check(self) -> None:
        """Ask the brokers for the topics. Raises Unavailable, naming the topics that are missing."""
        milliseconds = int(CHECK_SECONDS * 1000)
        admin = _started(
            KafkaAdminClient,
            **self._connection,
            bootstrap_timeout_ms=milliseconds,
            request_timeout_ms=milliseconds,
        )
        try:
            missing = sorted(set(self._topics) - set(admin.list_topics()))
        except KafkaError as error:
            # Somebody has answered, and named them; where that leads to nowhere the library does not say whither.
            brokers = admin._client.cluster.brokers()  # noqa: SLF001
            places = ", ".join(sorted(f"{broker.host}:{broker.port}" for broker in brokers))
            raise Unavailable(f"Kafka is away: {error}; its brokers are said to be at {places}") from error
        finally:
            admin.close()
        if missing:
            raise Unavailable(f"Kafka has no topic {', '.join(missing)}")

    def close(self) -> None:
        """Drop the producer; records that nobody waits for any more are not sent."""
        producer = self._producer
        if producer is not None:
            self._replace(producer)

    def _connected(self) -> KafkaProducer:
        # Looked at once: another thread may replace it in between.
        producer = self._producer
        if producer is None:
            asked = time.monotonic()
            with self._connecting:
                producer = self._producer
                if producer is None:
                    # One after the other they would wait for the same answer, the last one for all of them.
                    if self._failed_at > asked:
                        raise Unavailable("Kafka is away")
                    producer = self._producer = self._connect()
        return producer

    def _connect(self) -> KafkaProducer:
        milliseconds = int(self._timeout * 1000)
        try:
            producer = _started(
                KafkaProducer,
                **self._connection,
                acks="all",
                # An idempotent producer never sends again after one record has run into its time-out.
                enable_idempotence=False,
                allow_auto_create_topics=False,
                batch_size=min(BATCH_BYTES, self._max_record_bytes),
                max_request_size=self._max_record_bytes,
                max_block_ms=min(milliseconds, 2000),
                bootstrap_timeout_ms=min(milliseconds, 5000),
                request_timeout_ms=milliseconds,
                delivery_timeout_ms=milliseconds,
                reconnect_backoff_max_ms=1000,
                metadata_max_age_ms=60_000,
                metrics_enabled=False,
                selector=QuickSelector,
            )
        except Unavailable as error:
            if str(error) not in self._told:
                log.warning("kafka is away reason=%s", str(error).removeprefix("Kafka is away: "))
                self._told.add(str(error))
            self._failed_at = time.monotonic()
            raise Unavailable("Kafka is away") from error
        self._told.clear()
        return producer

    def _replace(self, producer: KafkaProducer) -> None:
        with self._connecting:
            if self._producer is producer:
                self._producer = None
        try:
            producer.close(timeout=0)
        except KafkaError:
            # It is left open where a record is undecided: the library waits for that first, if for no time at all.
            producer._sender.force_close()  # noqa: SLF001


def _started(kind: Callable[..., Any], **options: Any) -> Any:
    """Return a client of the library's. Raises Unavailable; then nothing stays: neither its thread nor its sockets."""
    with reasons_of_failure() as reasons, ExitStack() as left:

        def connect(**settings: Any) -> KafkaNetClient:
            network = network_client(**settings)
            left.callback(network.close)
            return network

        try:
            started = kind(kafka_client=connect, **options)
        except (KafkaError, OSError) as error:  # there may be no file left for what it waits on
            raise Unavailable(f"Kafka is away: {'; '.join(reasons) or error}") from error
        left.pop_all()
    return started


def _connection(settings: Settings) -> dict[str, Any]:
    values: dict[str, Any] = {
        "bootstrap_servers": list(settings.kafka_servers),
        "client_id": "monasca-events-api",
        "security_protocol": settings.kafka_security_protocol,
        "ssl_cafile": settings.kafka_cafile or None,
        "ssl_certfile": settings.kafka_certfile or None,
        "ssl_keyfile": settings.kafka_keyfile or None,
    }
    if settings.kafka_security_protocol.startswith("SASL"):
        values["sasl_mechanism"] = settings.kafka_sasl_mechanism
        values["sasl_plain_username"] = settings.kafka_username
        values["sasl_plain_password"] = settings.kafka_password
    return values


def _send_all(producer: KafkaProducer, messages: Sequence[Message]) -> list[FutureRecordMetadata | Refused]:
    closed: dict[str, Refused] = {}
    partitions: dict[str, int] = {}
    return [closed.get(message.topic) or _send(producer, message, partitions, closed) for message in messages]


def _send(
    producer: KafkaProducer, message: Message, partitions: dict[str, int], closed: dict[str, Refused]
) -> FutureRecordMetadata | Refused:
    try:
        if message.topic not in partitions:
            partitions[message.topic] = len(producer.partitions_for(message.topic))
        # A key always has the same partition, but not the one that the library would choose: that takes it, in
        # Python, a third of all the time for an event.
        partition = crc32(message.key) % partitions[message.topic]
        return producer.send(message.topic, message.value, message.key, message.headers, partition)
    except TOO_LARGE as error:
        return Refused(f"The record is larger than Kafka takes: {error}", for_good=True)
    except (KafkaError, AssertionError, ValueError) as error:
        # Each further record of the topic would wait as long for the same answer.
        reason = f"Kafka does not take records for topic {message.topic}: {error}"
        return closed.setdefault(message.topic, Refused(reason, for_good=False, topic_closed=True))


def _outcome(future: FutureRecordMetadata, topic: str, began: float, deadline: float) -> Outcome:
    try:
        metadata = future.get(max(0.0, deadline - time.monotonic()))
    except TOO_LARGE as error:
        # Behind its time-out the library no longer takes a batch apart: then it may be the others that were too much.
        alone = time.monotonic() < deadline - GRACE_SECONDS
        return Refused(f"The record is larger than Kafka takes: {error}", for_good=alone)
    except KafkaTimeoutError:
        answered = last_answers.since(began, topic)
        return Refused(f"Kafka did not acknowledge in time{answered and f': {answered}'}", for_good=False)
    except KafkaError as error:
        closed = isinstance(error, CLOSED)
        return Refused(f"Kafka did not take the record: {error}", for_good=False, topic_closed=closed)
    return Receipt(metadata.topic, metadata.partition, metadata.offset)
