"""Which messages have been seen: each counts once in its tenant (semantics 2, Life of a stream, 2)."""

from collections import deque
from datetime import datetime, timedelta
from typing import TypeAlias

REMEMBERED = timedelta(days=7)

_Message: TypeAlias = tuple[str, str]


class SeenMessages:
    """Remembers messages for a week of the processor's clock, so that only the traffic bounds the memory."""

    def __init__(self) -> None:
        self._seen: dict[_Message, datetime] = {}
        self._in_order: deque[tuple[datetime, _Message]] = deque()

    def __len__(self) -> int:
        return len(self._seen)

    def knows(self, tenant_id: str, message_id: str, now: datetime) -> bool:
        """Say whether the message came within the last week."""
        arrival = self._seen.get((tenant_id, message_id))
        # Not by its being there alone: when it is cleared away depends on what came since.
        return arrival is not None and now - arrival <= REMEMBERED

    def remember(self, tenant_id: str, message_id: str, now: datetime) -> None:
        """Keep a message that comes *now*, a time that never runs backwards; forget those of long ago."""
        while self._in_order and now - self._in_order[0][0] > REMEMBERED:
            arrival, message = self._in_order.popleft()
            if self._seen[message] == arrival:
                del self._seen[message]
        self._seen[tenant_id, message_id] = now
        self._in_order.append((now, (tenant_id, message_id)))
