"""Records as lines of JSON in local files, a file for each topic: the publisher of the development setup.

A line is ``{"key", "headers": {}, "value"}`` (contract 3).
"""

import errno
import fcntl
import json
import os
from collections.abc import Sequence
from io import FileIO
from itertools import groupby
from pathlib import Path

from monasca_events_api.errors import Unavailable
from monasca_events_api.messaging.publisher import Message, Outcome, Receipt


class FilePublisher:
    """Appends to ``DIRECTORY/TOPIC.jsonl``; an offset is the number of the line, from 0."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._counted: dict[str, tuple[int, int]] = {}

    def publish(self, messages: Sequence[Message]) -> list[Outcome]:
        """Append *messages*, each as one line. Raises Unavailable when a file cannot be written."""
        outcomes: list[Outcome] = []
        try:
            for topic, group in groupby(messages, key=lambda message: message.topic):
                outcomes += self._append(topic, list(group))
        except OSError as error:
            raise Unavailable(f"Messages cannot be written: {error.strerror}") from error
        return outcomes

    def check(self) -> None:
        """Raise Unavailable when the directory cannot be written."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"Messages cannot be written: {error.strerror}") from error
        if not os.access(self._directory, os.W_OK):
            raise Unavailable("Messages cannot be written: no permission")

    def close(self) -> None:
        """Nothing stays open."""

    def _append(self, topic: str, messages: Sequence[Message]) -> list[Outcome]:
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / f"{topic}.jsonl").open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            lines = self._count(topic, file)
            end = file.tell()
            text = b"".join(map(_line, messages))
            if file.write(text) < len(text):
                # The next record would be the rest of what is half a line now.
                file.truncate(end)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._counted[topic] = (file.tell(), lines + len(messages))
        return [Receipt(topic, 0, lines + index) for index in range(len(messages))]

    def _count(self, topic: str, file: FileIO) -> int:
        """Return how many lines *file* has; those that this process knows of are not read again."""
        size, lines = self._counted.get(topic, (0, 0))
        if size > os.fstat(file.fileno()).st_size:
            size, lines = 0, 0  # somebody has begun it anew
        file.seek(size)
        return lines + sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def _line(message: Message) -> bytes:
    headers = {name: value.decode() for name, value in message.headers}
    head = json.dumps({"key": message.key.decode(), "headers": headers}, ensure_ascii=False)
    # The value's own bytes: read and written again, long numbers would lose digits. A line break in JSON
    # is always between tokens, where a blank does as well.
    value = message.value.replace(b"\n", b" ").replace(b"\r", b" ")
    return head[:-1].encode() + b', "value": ' + value + b"}\n"
