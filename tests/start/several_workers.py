"""A service of two workers, told to reload; and what holds up its new workers before they serve."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from servers.api_process import ApiProcess
from servers.process_table import with_descendants
from servers.processes import wait_until
from start.programs import migrated

MEASURE = "metrics.enabled = true"
"""The setting by which a new worker waits, before it serves, for a lock: see `HeldUp`."""


@contextmanager
def two_workers(folder: Path, environment: dict[str, str] | None = None) -> Iterator[ApiProcess]:
    """Serve with two workers, on SQLite and files in *folder*."""
    migrated(folder)
    api = ApiProcess(folder, {"server:main": {"workers": "2"}}, sample="development.ini", environment=environment)
    api.start()
    try:
        wait_until(lambda: len(workers(api)) == 2, "two workers")
        yield api
    finally:
        api.kill()


def workers(api: ApiProcess) -> set[int]:
    """Return the processes of the workers that are there, whether they serve or not."""
    return with_descendants([api.pid]) - {api.pid}


def write(api: ApiProcess, setting: str) -> None:
    """Add a line to ``[app:main]``."""
    api.ini.write_text(api.ini.read_text().replace("[app:main]\n", f"[app:main]\n{setting}\n"))


def reload(api: ApiProcess, setting: str) -> None:
    """Add a line to ``[app:main]``, and send SIGHUP."""
    write(api, setting)
    os.kill(api.pid, signal.SIGHUP)


def wait_for_others(api: ApiProcess, before: set[int]) -> None:
    """Wait until there are two workers, and none of those *before*."""
    wait_until(lambda: len(workers(api)) == 2 and not workers(api) & before, "two other workers")


class HeldUp:
    """While it lasts, workers that measure do not come to serve."""

    def __init__(self, api: ApiProcess) -> None:
        self._api = api
        self._file = api.ini.parent / "var" / "metrics" / "lock"

    def __enter__(self) -> Self:
        self._file.parent.mkdir()
        self._lock = self._file.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_error: object) -> None:
        self._lock.close()

    def wait_for_one(self, *but: int) -> int:
        """Wait until a worker is held up, another one than *but*, and return its process."""
        wait_until(lambda: bool(self._workers() - {*but}), "a worker is held up")
        return (self._workers() - {*but}).pop()

    def _workers(self) -> set[int]:
        return {process for process in workers(self._api) if self._file in _open_files(process)}


def _open_files(process: int) -> set[Path]:
    try:
        return {file.readlink() for file in Path(f"/proc/{process}/fd").iterdir()}
    except FileNotFoundError:  # the process, or one of its files, has just been there
        return set()
