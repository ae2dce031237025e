"""The console scripts as somebody at a terminal runs them, and the ini files they are given."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from servers.api_process import ApiProcess, Sections
from servers.forked import run_to_the_end
from servers.run import environment_of_the_run, folder_of_the_run

SECRETS = {"MONASCA_EVENTS_DB_PASSWORD": "secret-1", "MONASCA_EVENTS_KEYSTONE_PASSWORD": "secret-2"}

NOWHERE = {
    "app:main": {
        "sqlalchemy.url": "postgresql+psycopg://monasca@127.0.0.1:1/events",
        "kafka.bootstrap_servers": "127.0.0.1:1",
    },
    "filter:authtoken": {"auth_url": "http://127.0.0.1:1/v3"},
}
"""Everything that ``production.ini`` depends on, where nobody answers."""


class Ended(NamedTuple):
    """A program that has ended: its exit status and the lines that it wrote."""

    status: int
    output: list[str]
    errors: list[str]


def ini(folder: Path, changes: Sections | None = None, sample: str = "development.ini") -> Path:
    """Write an ini file: *sample* with *changes*, and a free loopback port unless they say otherwise."""
    return ApiProcess(folder, changes or {}, sample=sample).ini


def run(
    program: str,
    *arguments: str | Path,
    environment: Mapping[str, str] | None = None,
    text: str = "",
    folder: Path | None = None,
) -> Ended:
    """Run a console script of this environment to its end, with *text* as its input."""
    command = [sys.executable, str(Path(sys.executable).with_name(program)), *map(str, arguments)]
    ended = run_to_the_end(command, folder=folder or Path.cwd(), environment=environment or {}, text=text)
    return Ended(ended.status, ended.output.splitlines(), ended.errors.splitlines())


@contextmanager
def started(program: str, *arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a console script of this environment; it is killed at the end of the ``with`` unless it has ended."""
    command = [sys.executable, Path(sys.executable).with_name(program), *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment_of_the_run()) as process:
        try:
            yield process
        finally:
            process.kill()


def migrated(folder: Path, changes: Sections | None = None) -> Path:
    """Write an ini file for development and make its database."""
    (folder / "var").mkdir()
    shutil.copy(_database(), folder / "var")
    return ini(folder, changes)


@cache
def _database() -> Path:
    folder = folder_of_the_run("migrated")
    assert run("alembic", "-c", ini(folder), "upgrade", "head").status == 0
    return folder / "var" / "monasca-events.sqlite"
