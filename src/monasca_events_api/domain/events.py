"""What a tenant can do with events: post them (contract 1.5, and 2 Events)."""

import logging
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from monasca_events_api import metrics
from monasca_events_api.compact_json import compact_json
from monasca_events_api.errors import Fault, NeverAcknowledged, NotAcknowledged, ServiceError, Unavailable
from monasca_events_api.messaging.publisher import Message, Outcome, Publisher, Receipt, Refused
from monasca_events_api.messaging.record_size import REQUEST_ID, room
from monasca_events_api.semantics.events import TENANT_ID
from monasca_events_api.settings import Settings

log = logging.getLogger(__name__)

MESSAGE_ID_CHARACTERS = 50
TURN_SECONDS = 1.0
"""How long a request waits for others to hear from Kafka before it is told to come again."""
SLOW_SECONDS = 2.0
"""When a request has waited longer than this, Kafka is slow: new ones are then refused at once, and do not queue."""


class PostedEvent(NamedTuple):
    """An event as it was posted: its id, and its own bytes, a JSON object."""

    message_id: str
    body: bytes


class EventIntake:
    """Brings events to the broker, from a bounded number of requests at a time.

    The bound keeps threads free for definitions, and memory flat, while the broker is slow.
    """

    def __init__(self, publisher: Publisher, settings: Settings) -> None:
        self._publisher = publisher
        self._topic = settings.events_topic
        self._region = compact_json(settings.region)
        self._turns = threading.BoundedSemaphore(settings.kafka_max_waiting_requests)
        self._waiting_since: dict[int, float] = {}
        (longest,) = self._messages("", [PostedEvent(MESSAGE_ID_CHARACTERS * "\U0010ffff", b"")], REQUEST_ID)
        self._room = room(settings, longest)

    def room(self, tenant_id: str) -> float:
        """Return how many bytes an event of *tenant_id* may have: what Kafka takes, less all that is added to it."""
        # The record has the tenant's id three times.
        return self._room - 3 * len(compact_json(tenant_id).encode())

    def accept(self, tenant_id: str, events: Sequence[PostedEvent], request_id: str) -> list[Receipt]:
        """Publish *events* and wait until all in-sync replicas have every one of them.

        Returns where each is, in order. Raises NotAcknowledged, which names by index those that Kafka has
        not acknowledged; NeverAcknowledged where it never will; or Unavailable when nothing was sent.
        """
        metrics.EVENTS_ACCEPTED.add(len(events))
        acknowledged = 0
        try:
            outcomes = self._publish(self._messages(tenant_id, events, request_id))
            receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
            acknowledged = len(receipts)
        finally:
            metrics.EVENTS_ACKNOWLEDGED.add(acknowledged)
            metrics.EVENTS_FAILED.add(len(events) - acknowledged)
        if acknowledged < len(outcomes):
            raise _refusal(outcomes, acknowledged, request_id)
        return receipts

    def _publish(self, messages: Sequence[Message]) -> list[Outcome]:
        now = time.monotonic()
        is_slow = now - min(list(self._waiting_since.values()), default=now) > SLOW_SECONDS
        if not self._turns.acquire(timeout=0 if is_slow else TURN_SECONDS):
            raise Unavailable("Too many requests wait for Kafka")
        thread = threading.get_ident()
        self._waiting_since[thread] = time.monotonic()
        try:
            return self._publisher.publish(messages)
        finally:
            del self._waiting_since[thread]
            self._turns.release()

    def _messages(self, tenant_id: str, events: Sequence[PostedEvent], request_id: str) -> list[Message]:
        tenant = compact_json(tenant_id)
        # The event's own bytes: read and written again, it would lose digits of its numbers.
        before = b'{"event":'
        after = (
            f',"{TENANT_ID}":{tenant}}},"meta":{{"tenantId":{tenant},"region":{self._region}}}'
            f',"creation_time":{int(time.time())}}}'
        ).encode()
        headers = [
            ("type", b"event"),
            ("time", datetime.now(UTC).isoformat(timespec="milliseconds").encode()),
            ("request_id", request_id.encode()),
        ]
        return [
            Message(
                self._topic,
                f"{tenant_id}:{event.message_id}".encode(),
                before + event.body[:-1] + after,
                [("id", event.message_id.encode()), *headers],
            )
            for event in events
        ]


def _refusal(outcomes: Sequence[Outcome], acknowledged: int, request_id: str) -> ServiceError:
    refused = {str(index): outcome for index, outcome in enumerate(outcomes) if isinstance(outcome, Refused)}
    faults = [Fault("body", index, outcome.reason) for index, outcome in refused.items()]
    text = f"Kafka has acknowledged {acknowledged} of {len(outcomes)} events"
    passing = [outcome.reason for outcome in refused.values() if not outcome.for_good]
    if passing:
        log.warning(
            "kafka has not all events request_id=%s acknowledged=%d of=%d reason=%s",
            request_id,
            acknowledged,
            len(outcomes),
            passing[0],
        )
        return NotAcknowledged(text, faults)
    log.warning("kafka takes less than kafka.max_record_bytes events=%d reason=%s", len(faults), faults[0].description)
    return NeverAcknowledged(f"{text}, and will not take the others: do not send them again", faults)
