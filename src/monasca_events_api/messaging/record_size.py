"""How large a record may be (contract 2)."""

import math
from uuid import UUID

from kafka.record.default_records import DefaultRecordBatchBuilder

from monasca_events_api.messaging.publisher import Message
from monasca_events_api.settings import Settings

REQUEST_ID = f"req-{UUID(int=0)}"
"""As long as every other one."""
LENGTH_BYTES = 4
"""What the length of a long value takes more than that of an empty one."""


def room(settings: Settings, message: Message) -> float:
    """Return how many bytes longer the value of *message* may be, as the library and the broker count.

    Infinite where messages go to files.
    """
    if settings.publisher == "files":
        return math.inf
    size = DefaultRecordBatchBuilder.estimate_size_in_bytes(message.key, message.value, message.headers)
    return float(settings.kafka_max_record_bytes - size - LENGTH_BYTES)
