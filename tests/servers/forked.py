"""Scripts of this environment, forked from a process that has the libraries already: most of a start is their import.

What begins with the interpreter itself is for tests that start it.
"""

import atexit
import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

from .run import environment_of_the_run

LIBRARIES = [
    *("alembic.command", "click", "cornice", "kafka", "keystonemiddleware.auth_token", "msgspec"),
    *("psycopg", "pymysql", "pyramid.paster", "pyramid_retry", "pyramid_tm", "waitress.server"),
    *("sqlalchemy.dialects.mysql.pymysql", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite"),
    *("plaster_pastedeploy", "zope.sqlalchemy"),
]
"""What the service imports, but for prometheus_client and pserve: their import reads the environment, the arguments."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(LIBRARIES)


class Forked:
    """A script's process in a session of its own, with what `subprocess.Popen` has for who waits for its end.

    *command* is the interpreter, the script and its arguments; *environment* is all that it gets. Its standard input is
    the file *text*, its output goes to the ends of *output* and *errors*.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        output: Path,
        errors: Path,
        text: Path = Path(os.devnull),
    ) -> None:
        with patch.dict(os.environ, environment_of_the_run()):
            ensure_running()
        files = [(text, os.O_RDONLY), *((file, os.O_WRONLY | os.O_APPEND | os.O_CREAT) for file in (output, errors))]
        self._process = _context.Process(target=_run, args=(command[1:], folder, dict(environment), files))
        self._process.start()
        self._command = command

    @property
    def pid(self) -> int:
        """The process's own."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit status, a signal's number below zero, None while the process is there."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status. Raises TimeoutExpired when there is none after *timeout* seconds."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._command, timeout or 0)
        return self._process.exitcode

    def kill(self) -> None:
        """SIGKILL, if it is still there."""
        self._process.kill()


class Ended(NamedTuple):
    """A program that has ended: its exit status and what it wrote."""

    status: int
    output: str
    errors: str


def run_to_the_end(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    text: str = "",
    afresh: bool = False,
    seconds: float = 60,
) -> Ended:
    """Run a script with *text* as its input; forked, unless that cannot be or it is to be started *afresh*.

    *environment* is what it gets beside this process's own. Raises TimeoutExpired, and kills it, when it takes longer.
    """
    everything = {**environment_of_the_run(), **environment}
    if afresh or not can_run(command, environment):
        done = subprocess.run(
            command,
            cwd=folder,
            env=everything,
            input=text,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)
    with TemporaryDirectory() as place:
        given, output, errors = (Path(place, name) for name in ("input", "output", "errors"))
        given.write_text(text, encoding="utf-8")
        process = Forked(command, folder=folder, environment=everything, output=output, errors=errors, text=given)
        try:
            status = process.wait(seconds)
        finally:
            process.kill()
        return Ended(status, output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8"))


def can_run(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether *command* is a script of this environment, and *environment* nothing that an interpreter reads."""
    is_script = command[0] == sys.executable and Path(command[1]).parent == Path(sys.executable).parent
    return is_script and not any(name.startswith(("PYTHON", "LD_")) for name in environment)


def _run(arguments: list[str], folder: Path, environment: dict[str, str], files: list[tuple[Path, int]]) -> None:
    os.setsid()
    for number, (file, flags) in enumerate(files):
        os.dup2(os.open(file, flags, 0o644), number)
    sys.stdin = os.fdopen(0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = arguments
    try:
        runpy.run_path(arguments[0], run_name="__main__")
    finally:
        # multiprocessing ends a process without them.
        atexit._run_exitfuncs()


@atexit.register
def _kill_all() -> None:
    # Else this process waits at its end for each that a test has left.
    for process in multiprocessing.active_children():
        process.kill()
