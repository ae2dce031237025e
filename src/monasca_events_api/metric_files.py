"""The files in which prometheus-client counts, with the room on the disk that they need.

On its own it sets a file's length without taking the room on the disk. A process that writes there when the disk is
full is killed by the system (SIGBUS), and so is each one that replaces it.
"""

import json
import mmap
import os
from pathlib import Path

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

FIRST_BYTES = 1 << 16
"""How long a new file is, as prometheus-client would make it."""
BESIDE_KEY_BYTES = 32
"""What a value takes beside its key, at the most."""


class RoomyDict(MmapedDict):
    """The values of one file. Raises OSError where there is no room for a new one."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        """Open *filename*, which is made where it is missing."""
        if not read_mode:
            _take_room(filename, FIRST_BYTES)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    @classmethod
    def check(cls, file: Path) -> None:
        """Raise ValueError, RuntimeError or struct.error where *file* is damaged."""
        for key, *_ in cls.read_all_values_from_file(str(file)):  # type: ignore[no-untyped-call]
            json.loads(key)

    def take_room(self, size: int) -> None:
        """See to it that values of *size* bytes can be added."""
        length = self._capacity
        while length < self._used + size:
            length *= 2
        _take_room(self._fname, length)
        if length > self._capacity:
            # prometheus-client would go on from the length that it knows, and cut off what is behind it.
            self._m = mmap.mmap(self._f.fileno(), length)
            self._capacity = length

    def _init_value(self, key: str) -> None:
        self.take_room(len(key.encode()) + BESIDE_KEY_BYTES)
        super()._init_value(key)  # type: ignore[no-untyped-call]


def use() -> None:
    """Let prometheus-client count in such files, in this process."""
    values.MmapedDict = RoomyDict  # type: ignore[attr-defined]


def _take_room(filename: str, length: int) -> None:
    # Opened anew: what is open for appending cannot be filled where the file system has no call for that.
    file = os.open(filename, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        os.posix_fallocate(file, 0, length)
    except OSError:
        if not os.fstat(file).st_size:
            Path(filename).unlink()  # who asks for the metrics could not read it
        raise
    finally:
        os.close(file)
