"""What belongs to this run, the process that starts the servers, and ends with it: processes and folders."""

import os
import secrets
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

MARK_NAME = "MONASCA_EVENTS_SERVERS_OF"
_starting = threading.Lock()
_watchdogs: dict[int, "_Watchdog"] = {}


class _Watchdog:
    """The process that outlives this one for as long as it takes to end what is left of it."""

    def __init__(self) -> None:
        self.mark = secrets.token_hex(16)
        package = __package__ or ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{package}.watchdog", f"{MARK_NAME}={self.mark}"],
            cwd=Path(__file__).parents[package.count(".") + 1],
            stdin=subprocess.PIPE,
            # Not of this terminal's session: Ctrl-C is for the run, and the run's end is for the watchdog.
            start_new_session=True,
        )

    def tell(self, folder: Path) -> None:
        assert self._process.stdin is not None
        os.write(self._process.stdin.fileno(), f"{folder}\n".encode())


def environment_of_the_run() -> dict[str, str]:
    """Return this process's environment with the mark by which the watchdog knows the run's processes."""
    return {**os.environ, MARK_NAME: _watchdog().mark}


def folder_of_the_run(name: str) -> Path:
    """Make a folder that every user can enter, removed when the run ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"monasca-events-{name}-"))
    folder.chmod(0o755)
    _watchdog().tell(folder)
    return folder


def _watchdog() -> _Watchdog:
    with _starting:
        # By process: a fork is a run of its own, since its parent may end first.
        if os.getpid() not in _watchdogs:
            _watchdogs[os.getpid()] = _Watchdog()
        return _watchdogs[os.getpid()]
