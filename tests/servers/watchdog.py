"""Ends all servers of a run when the run has ended, in whatever way: ``python -m ...watchdog MARK``.

Its standard input is a pipe whose other end only the run holds: the kernel closes it even when the run is
SIGKILLed. A parent death signal would not do: it is cleared where a server changes its user, and it is sent
when the *thread* that started the server ends.
"""

import os
import shutil
import signal
import sys
import time

from .process_table import started_with, with_descendants

PATIENCE = 30.0


def main(mark: str) -> None:
    """Wait for the end of the run; then end what bears its *mark* and remove the folders it named."""
    folders = sys.stdin.read().splitlines()
    deadline = time.monotonic() + PATIENCE
    while (left := with_descendants(started_with(mark)) - {os.getpid()}) and time.monotonic() < deadline:
        for pid in left:
            _kill(pid)
        time.sleep(0.02)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main(sys.argv[1])
