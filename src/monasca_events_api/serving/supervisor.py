"""Several workers on the same sockets: dead ones are replaced, all of them stopped or reloaded in order."""

import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

STOP_SECONDS = 40
BREATH_SECONDS = 1.0
"""A worker that dies sooner than this is not replaced at once: what killed it is still there."""


class Work(Protocol):
    """What a worker does, in its own process; *reloaded*: with the configuration as it is now."""

    def __call__(self, *, reloaded: bool) -> None:
        """Work until told to end."""


class Supervisor:
    """Keeps *number* workers running until SIGTERM or SIGINT; SIGHUP replaces them one after the other."""

    def __init__(self, work: Work, number: int) -> None:
        self._work = work
        self._number = number
        self._workers: dict[int, float] = {}
        self._outdated: list[int] = []
        self._reloaded = False
        self._ending = False

    def run(self) -> None:
        """Start the workers and look after them; returns when all have ended."""
        self._handle({signal.SIGTERM: self._end, signal.SIGINT: self._end, signal.SIGHUP: self._reload})
        while not self._ending:
            while len(self._workers) < self._number:
                self._start()
            self._reap()
            self._replace_next()
            time.sleep(0.1)
        self._stop_all()

    def _handle(self, handlers: dict[signal.Signals, Callable[[], None]]) -> None:
        for number, handler in handlers.items():
            signal.signal(number, lambda *_, handler=handler: handler())

    def _end(self) -> None:
        self._ending = True

    def _reload(self) -> None:
        log.info("reloading workers=%d", len(self._workers))
        self._reloaded = True
        self._outdated = list(self._workers)

    def _start(self) -> None:
        process = os.fork()
        if process:
            self._workers[process] = time.monotonic()
            return
        status = 1
        try:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            self._work(reloaded=self._reloaded)
            status = 0
        except BaseException:
            log.exception("worker failed pid=%d", os.getpid())
        finally:
            # Not sys.exit: this process has a copy of the parent's stack, and nothing to do there.
            logging.shutdown()
            os._exit(status)

    def _reap(self) -> None:
        for process, started in list(self._workers.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self._workers[process]
                if process not in self._outdated and not self._ending:
                    log.warning("worker ended pid=%d status=%d, replacing it", process, status)
                    time.sleep(max(0.0, BREATH_SECONDS - (time.monotonic() - started)))

    def _replace_next(self) -> None:
        self._outdated = [process for process in self._outdated if process in self._workers]
        # The one that is to go goes first when all the others are there.
        if self._outdated and len(self._workers) == self._number:
            os.kill(self._outdated[0], signal.SIGTERM)

    def _stop_all(self) -> None:
        self._signal_all(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while self._workers and time.monotonic() < until:
            self._reap()
            time.sleep(0.05)
        self._signal_all(signal.SIGKILL)
        while self._workers:
            self._reap()

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self._workers:
            os.kill(process, number)
