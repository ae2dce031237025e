"""Keeps a process's threads on one processor, of those that it may use.

Python runs one thread at a time. On several processors each short call to the system lets a thread begin on another
one, and whoever made the call waits for its next turn: with 16 connections threads change 40 to 50 times in a request,
and it costs twice as much. On one processor, whoever comes back from a call goes on.
"""

import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path

log = logging.getLogger(__name__)

_THREADS = Path("/proc/self/task")
_STATUS = Path("/proc/self/stat")
_PROCESSOR = 36
"""Which field of the status it is, counted from the one behind the program's name (proc(5))."""


class OneProcessor:
    """The processor of all threads; which one is the system's choice, again and again.

    For a choice the main thread alone may go where it is put (``release``); then all are where it is (``hold``).
    """

    def __init__(self) -> None:
        self._allowed: set[int] = set()
        self._held: set[int] = set()
        if sys.platform == "linux" and _THREADS.is_dir():
            self._allowed = os.sched_getaffinity(0)

    def release(self) -> None:
        """Let the system put the main thread, which calls this, where there is most room."""
        if self._held and os.sched_getaffinity(0) != self._held:
            # Whoever operates this has said anew where it may run.
            self._allowed = os.sched_getaffinity(0)
        if len(self._allowed) > 1:
            self._put([0], self._allowed)

    def hold(self) -> None:
        """Let all threads be where the main thread is; those that they start will be there, too."""
        if len(self._allowed) > 1:
            try:
                held = {int(_STATUS.read_text().rpartition(")")[2].split()[_PROCESSOR])}
                threads = [int(each.name) for each in _THREADS.iterdir()]
            except OSError:
                return  # the process may open no more files for now
            self._held = held
            self._put(threads, held)

    def _put(self, threads: Iterable[int], processors: set[int]) -> None:
        for thread in threads:
            try:
                os.sched_setaffinity(thread, processors)
            except ProcessLookupError:
                continue  # it has ended meanwhile
            except OSError as error:
                log.info("threads stay where the system puts them error=%s", error.strerror)
                self._allowed, self._held = set(), set()
                return
