"""Keeps a table of all live definitions: ``python consumer.py BROKERS TOPIC...``, from the topics' beginning on."""

import json
import sys
from typing import Any

from kafka import KafkaConsumer


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
        elif value.get("transform_definition"):
            self.live[key] = {**value["transform_definition"], "tenant_id": value["tenant_id"]}
        else:
            self.live.pop(key, None)
        return True


if __name__ == "__main__":
    table = Definitions()
    for record in KafkaConsumer(*sys.argv[2:], bootstrap_servers=sys.argv[1], auto_offset_reset="earliest"):
        told = {name: text.decode() for name, text in record.headers}
        if table.take(record.key.decode(), told, json.loads(record.value)):
            names = sorted(each["name"] for each in table.live.values())
            sys.stdout.write(f"{len(names)} live: {', '.join(names)}\n")
            sys.stdout.flush()
