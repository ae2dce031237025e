"""A floor: kafka-python's own ``send`` and acknowledgement. ``kafka_floor.py SERVERS TOPIC``.

The first line that it reads is the record to send, as ``Record.written`` has it. Each further line, ``EVENTS SECONDS``,
asks for batches of so many records, one batch after the acknowledgement of the other; the answer is a line of JSON.
The producer is set up as the service's own is.
"""

import json
import sys
import time
import warnings
from dataclasses import asdict, dataclass
from uuid import uuid4

with warnings.catch_warnings():
    # kafka-python reads its schemas by a function that was deprecated in Python 3.11 and 3.12 and is no more.
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaProducer

WAIT_SECONDS = 30


@dataclass(frozen=True)
class Record:
    """What an event of the service is in Kafka; its key is *tenant* and an id."""

    tenant: str
    value: str
    headers: dict[str, str]

    def written(self) -> str:
        """Return it as a line."""
        return json.dumps(asdict(self))


class Floor:
    """Sends *record* again and again."""

    def __init__(self, servers: str, topic: str, record: Record) -> None:
        self._topic = topic
        self._key = f"{record.tenant}:%s"
        self._value = record.value.encode()
        self._headers = [(name, text.encode()) for name, text in record.headers.items()]
        self._producer = KafkaProducer(
            bootstrap_servers=servers.split(","),
            acks="all",
            enable_idempotence=False,
            batch_size=262_144,
            metrics_enabled=False,
        )

    def measure(self, number: int, seconds: float) -> dict[str, float]:
        """Return the CPU seconds of a batch of *number* records, and how many batches a second there were."""
        self._send(number)
        batches, cpu, started = 0, time.process_time(), time.monotonic()
        while time.monotonic() - started < seconds:
            self._send(number)
            batches += 1
        passed = time.monotonic() - started
        return {"cpu": (time.process_time() - cpu) / batches, "rate": batches / passed}

    def _send(self, number: int) -> None:
        keys = [(self._key % uuid4()).encode() for _ in range(number)]
        for each in [self._producer.send(self._topic, self._value, key, self._headers) for key in keys]:
            each.get(WAIT_SECONDS)


def main(servers: str, topic: str) -> None:
    """Answer what the standard input asks."""
    floor = Floor(servers, topic, Record(**json.loads(sys.stdin.readline())))
    for line in sys.stdin:
        number, seconds = line.split()
        print(json.dumps(floor.measure(int(number), float(seconds))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
