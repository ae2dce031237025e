"""The first history: what clients asked for, and what they were answered."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Body = dict[str, Any]


class Kind(Enum):
    """Both kinds of definition, by the last part of their address."""

    STREAM_DEFINITION = "stream-definitions"
    TRANSFORM = "transforms"


class Verb(Enum):
    """What a client can do with a definition."""

    CREATE = "create"
    REPLACE = "replace"
    DELETE = "delete"


class Outcome(Enum):
    """What a client knows of a change: a 2xx, a 4xx, or neither (a 5xx, or no answer at all)."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def outcome_of(status: int | None) -> Outcome:
    """Return what an answer's *status* says; None where there was no answer."""
    if status is None or status >= 500:
        return Outcome.UNKNOWN
    return Outcome.ACKNOWLEDGED if status < 400 else Outcome.REFUSED


@dataclass(frozen=True, kw_only=True)
class Change:
    """One request and its answer.

    *identifier* is empty where a create was not answered with one. *body* is the whole definition that was asked
    for, None for a delete; its description is one that no other request asks for: by it a revision is known.
    *revision* is the answer's ETag, where it has one.
    """

    kind: Kind
    verb: Verb
    identifier: str
    outcome: Outcome
    body: Body | None = None
    revision: int | None = None

    @property
    def mark(self) -> str:
        """The description that only this request asks for."""
        return "" if self.body is None else str(self.body["description"])


@dataclass
class ChangeLog:
    """All changes of a run, from all threads."""

    _changes: list[Change] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, change: Change) -> None:
        """Remember a change once its answer, or the lack of one, is known."""
        with self._lock:
            self._changes.append(change)

    def __iter__(self) -> Iterator[Change]:
        with self._lock:
            return iter(list(self._changes))

    def __len__(self) -> int:
        return len(self._changes)
