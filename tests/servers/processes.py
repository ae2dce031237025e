"""A server's process: started, waited for, paused, stopped for certain."""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import ServerError
from .forked import Forked, can_run
from .process_table import alive, stopped, with_descendants
from .run import environment_of_the_run


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Poll *condition* until it holds. Raises ServerError, naming *what*, when that takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ServerError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


class ServerProcess:
    """One program in a session of its own, with its output in *log_file*.

    *account* names the user it runs as when this process is root; else it runs as the caller. A script of this
    environment is forked from a process that has the libraries, unless it is to be started *afresh*.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        folder: Path,
        log_file: Path,
        environment: Mapping[str, str] | None = None,
        account: str | None = None,
        afresh: bool = False,
    ) -> None:
        self.command = [str(part) for part in command]
        self.folder = folder
        self.log_file = log_file
        self.environment = dict(environment or {})
        self.account = account
        self.afresh = afresh
        self._process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def pid(self) -> int:
        """The pid of the running process."""
        if self._process is None:
            raise ServerError(f"{self.command[0]} is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended; a paused process is running."""
        return self._process is not None and self._process.poll() is None

    @property
    def serving(self) -> bool:
        """Whether it runs and is not paused."""
        return self.running and not stopped(self.pid)

    def start(self, *options: str) -> None:
        """Start the program, this time with *options* too; see `wait_ready`."""
        if self.running:
            raise ServerError(f"{self.command[0]} is already running as {self.pid}")
        command = [*self.command, *options]
        environment = {**environment_of_the_run(), **self.environment}
        if not self.afresh and can_run(command, self.environment):
            self._process = Forked(
                command, folder=self.folder, environment=environment, output=self.log_file, errors=self.log_file
            )
            return
        with self.log_file.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **as_account(self.account),
            )

    def wait_ready(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Poll *ready*. Raises ServerError with the end of the log when the program ends or time is up."""

        def ready_or_ended() -> bool:
            return not self.running or ready()

        try:
            wait_until(ready_or_ended, f"{self.command[0]} is ready", seconds)
        except ServerError as late:
            self.kill()
            raise ServerError(f"{late}\n{self.log_tail()}") from None
        if not self.running:
            raise ServerError(f"{self.command[0]} ended at its start:\n{self.log_tail()}")

    def log_tail(self) -> str:
        """Return the end of the log, for a message."""
        return self.log_file.read_text(errors="replace")[-3000:]

    def stop(self, seconds: float = 60, by: signal.Signals = signal.SIGTERM) -> None:
        """End the program in an orderly way.

        Raises ServerError with the end of the log, and kills it, when it has not ended after *seconds*.
        """
        if self._process is None or not self.running:
            return
        self._signal(by)
        self._signal(signal.SIGCONT)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            late = f"{self.command[0]} had not ended {seconds} s after {by.name}"
            raise ServerError(f"{late}:\n{self.log_tail()}") from None

    def kill(self) -> None:
        """SIGKILL the program and all its descendants, and wait until they are gone."""
        if self._process is None or not self.running:
            return
        self._signal(signal.SIGSTOP)  # so that it starts no child while they are counted
        victims = with_descendants([self.pid])
        for pid in victims:
            _kill(pid)
        self._process.wait()
        wait_until(lambda: not any(map(alive, victims)), f"{self.command[0]} and its children are gone")

    def pause(self) -> None:
        """SIGSTOP: its connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)
        wait_until(lambda: not self.serving, f"{self.command[0]} is paused")

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if not self.running:
            raise ServerError(f"{self.command[0]} is not running")
        os.kill(self.pid, number)


def as_account(account: str | None) -> dict[str, Any]:
    """Return what `subprocess` takes to run a program as *account*, when this process may choose."""
    if account is None or os.getuid() != 0:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def run_once(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    account: str | None = None,
    text: str | None = None,
) -> str:
    """Run a program to its end with *text* as its input and return what it wrote.

    Raises ServerError with its output when it fails.
    """
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**environment_of_the_run(), **(environment or {})},
        input=text or "",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **as_account(account),
    )
    if done.returncode != 0:
        raise ServerError(f"{command[0]} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
