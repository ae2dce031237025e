"""What the service asks of a broker."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Message(NamedTuple):
    """A record to publish; *headers* are names and UTF-8 texts."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Receipt(NamedTuple):
    """Where all in-sync replicas have the record now."""

    topic: str
    partition: int
    offset: int


class Refused(NamedTuple):
    """A record that is not acknowledged, and why.

    *for_good* when no broker will ever take it as it is; *topic_closed* when its topic takes no record now.
    """

    reason: str
    for_good: bool
    topic_closed: bool = False


Outcome = Receipt | Refused


class Publisher(Protocol):
    """Brings records out. Threads may share one."""

    def publish(self, messages: Sequence[Message]) -> list[Outcome]:
        """Bring *messages* out and wait; return what became of each, in their order.

        Nothing is promised of the order in which they arrive. Raises Unavailable when nothing was sent.
        """

    def check(self) -> None:
        """Raise Unavailable when the broker is not there, saying what is missing."""

    def close(self) -> None:
        """Let go of connections and files; the next ``publish`` opens them again."""
