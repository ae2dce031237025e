"""What the service has announced, read back from the files of its development publisher."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from servers.processes import wait_until

LONGEST_INTEGER = 4300


class Record(NamedTuple):
    """A record; *line* is the text it was read from."""

    key: str
    headers: dict[str, str]
    value: dict[str, Any]
    line: str

    @property
    def tenant(self) -> str:
        """The tenant that the value names."""
        if "meta" in self.value:
            return str(self.value["meta"]["tenantId"])
        if "transform_id" in self.value:
            return str(self.value["tenant_id"])
        (word,) = self.value.values()
        return str(word["tenant_id"])


class Topic:
    """One file, read on from where it was read to."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._offset = 0
        self._records: defaultdict[str, list[Record]] = defaultdict(list)
        self._keys: set[str] = set()

    def wait_for(self, key: str) -> None:
        """Wait for a record with that key."""
        wait_until(lambda: self._has(key), f"a record with key {key} in {self.file}", 20)

    def of_tenant(self, tenant_id: str) -> list[Record]:
        """Return the records of one tenant that are there."""
        self._read_on()
        return list(self._records[tenant_id])

    def _has(self, key: str) -> bool:
        self._read_on()
        return key in self._keys

    def _read_on(self) -> None:
        if not self.file.exists():
            return
        with self.file.open("rb") as file:
            file.seek(self._offset)
            new = file.read()
        complete = new[: new.rfind(b"\n") + 1]
        self._offset += len(complete)
        for line in complete.decode().split("\n")[:-1]:
            record = Record(**json.loads(line, parse_int=_integer), line=line)
            self._records[record.tenant].append(record)
            self._keys.add(record.key)


def _integer(digits: str) -> int | str:
    # Events have integers of any length. To read the longest, Python would have to be told so for the whole run.
    return int(digits) if len(digits) <= LONGEST_INTEGER else digits
