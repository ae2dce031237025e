"""Servers and their data end with the run that started them, in whatever way it ends."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.process_table import alive, with_descendants
from servers.processes import wait_until
from servers.run import environment_of_the_run

# By default Ctrl-C ends it, unless it was started behind a shell's &.
RUN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from servers.api_process import ApiProcess
from servers.postgres import Postgres
from servers.mariadb import MariaDB
from servers.run import folder_of_the_run

postgres = Postgres(folder_of_the_run("postgres"))
mariadb = MariaDB(folder_of_the_run("mariadb"))
postgres.start()
mariadb.start()
mariadb.process.pause()
api = ApiProcess(folder_of_the_run("api"), {}, sample="development.ini")
api.migrate()
api.start()
api.pause()
print(postgres.process.pid, mariadb.process.pid, api.pid, postgres.folder, mariadb.folder, api.ini.parent, flush=True)
signal.pause()
"""


@pytest.fixture
def run() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", RUN]
    tests = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=tests, env=environment_of_the_run(), stdout=subprocess.PIPE, text=True) as run:
        yield run
        run.kill()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_a_run_that_was_ended_by(ending: signal.Signals, run: subprocess.Popen[str]) -> None:
    assert run.stdout is not None
    postgres, mariadb, api, *folders = run.stdout.readline().split()
    servers = with_descendants([int(postgres), int(mariadb), int(api)])
    assert len(servers) > 3  # all, and the children of one of them
    run.send_signal(ending)
    wait_until(lambda: not any(map(alive, servers)), "the servers have ended", 20)
    wait_until(lambda: not any(Path(folder).exists() for folder in folders), "their data is gone", 20)
