"""The third history: what a real consumer reads."""

import json
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

with warnings.catch_warnings():
    # kafka-python reads its schemas by a function that was deprecated in Python 3.11 and 3.12 and is no more.
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaConsumer
    from kafka.structs import TopicPartition


class Record(NamedTuple):
    """A record as a consumer gets it."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: Mapping[str, str]
    value: bytes

    @property
    def json(self) -> Any:
        """The value, read."""
        return json.loads(self.value)

    @property
    def revision(self) -> int:
        """The header ``revision``."""
        return int(self.headers["revision"])


class TopicReader:
    """Reads *topics* from their beginning on; what it has read stays in *records*, by arrival."""

    def __init__(self, bootstrap: str, topics: Iterable[str]) -> None:
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=20,
        )
        self._partitions = [
            TopicPartition(topic, partition)
            for topic in topics
            for partition in sorted(self._consumer.partitions_for_topic(topic) or ())
        ]
        self._consumer.assign(self._partitions)
        self.records: list[Record] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def read_to_end(self) -> list[Record]:
        """Read all that there is by now and return all records."""
        ends = self._consumer.end_offsets(self._partitions)
        while any(self._consumer.position(partition) < end for partition, end in ends.items()):
            self.read_on(200)
        return self.records

    def wait_for(self, wanted: Callable[[Record], bool], number: int = 1, seconds: float = 20) -> list[Record]:
        """Read until there are *number* records that are *wanted*, and return these.

        Raises TimeoutError, showing what there is, when that takes too long.
        """
        deadline = time.monotonic() + seconds
        while len(found := [record for record in self.records if wanted(record)]) < number:
            if time.monotonic() > deadline:
                shown = [(record.topic, record.key, record.headers) for record in self.records[-20:]]
                raise TimeoutError(f"{len(found)} of {number} records after {seconds} s; the last: {shown}")
            self.read_on(50)
        return found

    def wait_for_key(self, key: str, number: int = 1, seconds: float = 20) -> list[Record]:
        """Read until there are *number* records with *key*, and return these."""
        return self.wait_for(lambda record: record.key == key, number, seconds)

    def read_on(self, milliseconds: int) -> list[Record]:
        """Wait up to *milliseconds* for further records and return these."""
        polled = self._consumer.poll(timeout_ms=milliseconds)
        found = [_record(each) for records in polled.values() for each in records]
        self.records += found
        return found


def read_topics(bootstrap: str, topics: Iterable[str]) -> list[Record]:
    """Return all records of *topics*."""
    with TopicReader(bootstrap, topics) as reader:
        return reader.read_to_end()


def _record(read: Any) -> Record:
    headers = {name: value.decode() for name, value in read.headers}
    assert len(headers) == len(read.headers), f"a header stands twice: {read.headers}"
    return Record(read.topic, read.partition, read.offset, read.key.decode(), headers, read.value)
