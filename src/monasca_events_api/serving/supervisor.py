"""Several workers on the same sockets: dead ones are replaced, all of them stopped or reloaded in order."""

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from mmap import mmap

log = logging.getLogger(__name__)

STOP_SECONDS = 40
"""How long a worker that was told to end may take for it."""
BREATH_SECONDS = 1.0
"""A worker that dies sooner than this is not replaced at once: what killed it is still there."""

Work = Callable[[Callable[[], None]], None]
"""What a worker does, in its own process, until it is told to end; it calls what it is given once it serves."""


@dataclass
class _Worker:
    started: float = field(default_factory=time.monotonic)
    outdated: bool = False
    told_to_end: float | None = None
    """When, on the monotonic clock; None: not yet."""
    shared: mmap = field(default_factory=lambda: mmap(-1, 1))
    """A byte that the worker writes and its parent reads: whether it serves."""

    def say_that_it_serves(self) -> None:
        self.shared[0] = True

    @property
    def serves(self) -> bool:
        return bool(self.shared[0])


class Supervisor:
    """Keeps *number* workers running until SIGTERM or SIGINT; SIGHUP replaces them one after the other.

    *reload* is called then; it says whether a worker that is forked from now on does its work anew. If so there is one
    worker more for a while: an old one is told to end when a new one serves.
    """

    def __init__(self, work: Work, number: int, reload: Callable[[], bool]) -> None:
        self._work = work
        self._number = number
        self._reload = reload
        self._workers: dict[int, _Worker] = {}
        self._reloading = False
        self._ending = False

    def run(self) -> None:
        """Start the workers and look after them; returns when all have ended."""
        # Whoever has started this may have ignored it, and the system then forgets how a worker has ended.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._handle({signal.SIGTERM: self._end, signal.SIGINT: self._end, signal.SIGHUP: self._hang_up})
        while not self._ending:
            if self._reloading:
                self._renew()
            self._fill()
            self._reap()
            self._replace_next()
            time.sleep(0.1)
        self._stop_all()

    def _handle(self, handlers: dict[signal.Signals, Callable[[], None]]) -> None:
        for number, handler in handlers.items():
            signal.signal(number, lambda *_, handler=handler: handler())

    def _end(self) -> None:
        self._ending = True

    def _hang_up(self) -> None:
        self._reloading = True

    def _renew(self) -> None:
        self._reloading = False
        log.info("reloading workers=%d", len(self._workers))
        if self._reload():
            for worker in self._workers.values():
                worker.outdated = True

    def _outdated(self) -> list[int]:
        return [process for process, worker in self._workers.items() if worker.outdated]

    def _fill(self) -> None:
        try:
            while len(self._workers) < self._number + bool(self._outdated()):
                self._start()
        except OSError as error:
            # The host has no memory or no process to give; those that there are go on.
            log.error("could not start a worker, trying again error=%s", error)  # noqa: TRY400 - no defect, no trace
            time.sleep(BREATH_SECONDS)

    def _start(self) -> None:
        worker = _Worker()
        process = os.fork()
        if process:
            self._workers[process] = worker
            return
        status = 1
        try:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            self._work(worker.say_that_it_serves)
            status = 0
        except BaseException:
            log.exception("worker failed pid=%d", os.getpid())
        finally:
            # Not sys.exit: this process has a copy of the parent's stack, and nothing to do there.
            logging.shutdown()
            os._exit(status)

    def _reap(self) -> None:
        for process, worker in list(self._workers.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self._workers[process]
                if not worker.outdated and not self._ending:
                    code = os.waitstatus_to_exitcode(status)
                    log.warning("worker ended, replacing it pid=%d status=%d", process, code)
                    time.sleep(max(0.0, BREATH_SECONDS - (time.monotonic() - worker.started)))

    def _replace_next(self) -> None:
        outdated = self._outdated()
        if outdated and sum(worker.serves for worker in self._workers.values()) > self._number:
            self._end_worker(outdated[0])

    def _end_worker(self, process: int) -> None:
        worker = self._workers[process]
        if worker.told_to_end is None:
            worker.told_to_end = time.monotonic()
        elif time.monotonic() - worker.told_to_end > STOP_SECONDS:
            log.error("worker does not end, killing it pid=%d", process)
            os.kill(process, signal.SIGKILL)
            return
        os.kill(process, signal.SIGTERM)

    def _stop_all(self) -> None:
        until = time.monotonic() + STOP_SECONDS
        while self._workers and time.monotonic() < until:
            # Again each time: until it serves, a worker has its parent's handlers, which end nothing there.
            self._signal_all(signal.SIGTERM)
            self._reap()
            time.sleep(0.05)
        self._signal_all(signal.SIGKILL)
        while self._workers:
            self._reap()

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self._workers:
            os.kill(process, number)
