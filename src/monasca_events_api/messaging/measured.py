"""A publisher that counts what it brings out, and how long that takes."""

import time
from collections import Counter
from collections.abc import Sequence

from monasca_events_api import metrics
from monasca_events_api.messaging.publisher import Message, Outcome, Publisher, Receipt


class MeasuredPublisher:
    """Does what *publisher* does, and measures it as *sender*'s."""

    def __init__(self, publisher: Publisher, sender: str) -> None:
        self._publisher = publisher
        self._sender = sender

    def publish(self, messages: Sequence[Message]) -> list[Outcome]:
        """Bring *messages* out; see ``Publisher.publish``."""
        started = time.perf_counter()
        outcomes: list[Outcome] = []
        try:
            outcomes = self._publisher.publish(messages)
        finally:
            metrics.PUBLISH.observe(time.perf_counter() - started, self._sender)
            _count(messages, outcomes)
        return outcomes

    def check(self) -> None:
        """Raise Unavailable when the broker is not there."""
        self._publisher.check()

    def close(self) -> None:
        """Let go of connections and files."""
        self._publisher.close()


def _count(messages: Sequence[Message], outcomes: Sequence[Outcome]) -> None:
    sent = Counter(message.topic for message in messages)
    published = Counter(outcome.topic for outcome in outcomes if isinstance(outcome, Receipt))
    for topic, number in sent.items():
        metrics.RECORDS_PUBLISHED.add(published[topic], topic)
        metrics.RECORDS_REFUSED.add(number - published[topic], topic)
