"""Keeps a table of all live definitions, from the topics' beginning on.

``python consumer.py BROKERS TOPIC...`` follows Kafka; ``python consumer.py --files DIRECTORY TOPIC...`` reads once what
the development setup has written.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple


class Record(NamedTuple):
    """A record of either source."""

    key: str
    headers: dict[str, str]
    value: dict[str, Any]


class Definitions:
    """What is live now, by id: the tenant, and the definition as it was published."""

    def __init__(self) -> None:
        self.live: dict[str, dict[str, Any]] = {}
        self._newest: dict[str, int] = {}
        self._taken: dict[str, set[str]] = {}

    def take(self, key: str, headers: dict[str, str], value: dict[str, Any]) -> bool:
        """Take a record and say whether it was new: not a repeat, and not about an older revision."""
        revision = int(headers["revision"])
        if revision < self._newest.get(key, 0) or headers["id"] in self._taken.get(key, ()):
            return False
        if revision > self._newest.get(key, 0):
            self._newest[key], self._taken[key] = revision, set()
        self._taken[key].add(headers["id"])
        if created := value.get("stream-definition-created"):
            self.live[key] = created
        elif (transform := value.get("transform_definition")) and transform["enabled"]:
            self.live[key] = {**transform, "tenant_id": value["tenant_id"]}
        else:  # Deleted, or a transform that is switched off.
            self.live.pop(key, None)
        return True


def of_files(directory: str, topics: list[str]) -> Iterator[Record]:
    """Give the records in the files of the development setup."""
    for topic in topics:
        with (Path(directory) / f"{topic}.jsonl").open(encoding="utf-8") as file:
            yield from (Record(**json.loads(line)) for line in file)


def of_kafka(brokers: str, topics: list[str]) -> Iterator[Record]:
    """Give the records of Kafka, and wait for more."""
    from kafka import KafkaConsumer  # noqa: PLC0415  # Files need no Kafka.

    for record in KafkaConsumer(*topics, bootstrap_servers=brokers, auto_offset_reset="earliest"):
        headers = {name: text.decode() for name, text in record.headers}
        yield Record(record.key.decode(), headers, json.loads(record.value))


if __name__ == "__main__":
    table = Definitions()
    _, source, *rest = sys.argv
    for record in of_files(rest[0], rest[1:]) if source == "--files" else of_kafka(source, rest):
        if table.take(*record):
            names = sorted(each["name"] for each in table.live.values())
            sys.stdout.write(f"{len(names)} live: {', '.join(names)}\n")
            sys.stdout.flush()
