"""Which of the records that wait are sent together, and as what messages (contract 2)."""

import json
from collections.abc import Sequence

from monasca_events_api.messaging.publisher import Message, Refused
from monasca_events_api.storage.outbox import WaitingMessage

WAVE_BYTES = 8 << 20
"""About how much is sent at once, so that memory stays bounded whatever waits."""


def first_of_each_key(rows: Sequence[WaitingMessage]) -> tuple[list[WaitingMessage], list[WaitingMessage]]:
    """Split *rows* into those that go out now and the rest.

    A record goes out only when the earlier ones of its key are acknowledged.
    """
    seen: set[str] = set()
    first: list[WaitingMessage] = []
    rest: list[WaitingMessage] = []
    size = 0
    for row in rows:
        if row.key in seen or size > WAVE_BYTES:
            rest.append(row)
        else:
            first.append(row)
            size += row.size
        seen.add(row.key)
    return first, rest


def message_of(row: WaitingMessage) -> Message | Refused:
    """Return *row* as a message, or why it never can be one."""
    try:
        headers = [(name, text.encode()) for name, text in json.loads(row.headers).items()]
    except (ValueError, AttributeError) as error:
        # Nobody but the service writes here. One that somebody else has written must not hold up all others.
        return Refused(f"Its headers are no JSON object of texts: {error}", for_good=True)
    return Message(row.topic, row.key.encode(), (row.value or "").encode(), headers)
