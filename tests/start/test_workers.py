"""Two workers: one that dies is replaced, as soon as the host has a process to give."""

import os
import resource
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monasca_events_api.serving.supervisor import BREATH_SECONDS
from servers.api_process import ApiProcess
from servers.processes import wait_until
from start.several_workers import reload, two_workers, wait_for_others, workers

HOST = """
import errno, os, pathlib, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
fork = os.fork
def fork_or_not():
    if pathlib.Path("full").exists():
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return fork()
os.fork = fork_or_not
from monasca_events_api.serving import supervisor
supervisor.STOP_SECONDS = 2
"""
"""A host whose launcher of services passes on that it ignores SIGCHLD, as some do, and that has no process to give
while there is a file ``full``; a real one would have none for the tests, too. What ends slowly is killed soon."""


@pytest.fixture
def api(tmp_path: Path) -> Iterator[ApiProcess]:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(HOST)
    path = os.pathsep.join([str(tmp_path / "site"), *filter(None, [os.environ.get("PYTHONPATH")])])
    with two_workers(tmp_path, {"PYTHONPATH": path}) as api:
        yield api


def lose_one(api: ApiProcess) -> int:
    """Kill a worker, and return the one that is left."""
    killed, left = workers(api)
    os.kill(killed, signal.SIGKILL)
    return left


def wait_for_log(api: ApiProcess, text: str) -> None:
    wait_until(lambda: text in api.log_file.read_text(), f"the log says {text!r}")


def deaths(api: ApiProcess) -> list[datetime]:
    """Return when each worker that could not start has ended."""
    lines = api.log_file.read_text().splitlines()
    ended = [line for line in lines if "worker ended, replacing it" in line and line.endswith("status=1")]
    return [datetime.fromisoformat(" ".join(line.split()[:2])) for line in ended]


def lose_one_on_a_full_host(api: ApiProcess, folder: Path) -> int:
    (folder / "full").touch()
    left = lose_one(api)
    wait_for_log(api, "could not start a worker, trying again error=[Errno 11] Resource temporarily unavailable\n")
    return left


def test_one_that_dies_is_replaced(api: ApiProcess) -> None:
    left = lose_one(api)
    wait_until(lambda: len(workers(api) - {left}) == 1, "another one")


def test_the_log_says_which_one_died_and_by_what_signal(api: ApiProcess) -> None:
    before = workers(api)
    left = lose_one(api)
    (lost,) = before - {left}
    wait_for_log(api, f"worker ended, replacing it pid={lost} status=-9\n")


def test_the_log_says_with_what_status_one_has_ended_by_itself(api: ApiProcess) -> None:
    # A worker that may open no file cannot start.
    _, most = resource.prlimit(api.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(api.pid, resource.RLIMIT_NOFILE, (3, most))
    lose_one(api)
    wait_for_log(api, " status=1\n")


def test_those_that_die_at_once_are_not_replaced_at_once(api: ApiProcess) -> None:
    _, most = resource.prlimit(api.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(api.pid, resource.RLIMIT_NOFILE, (3, most))
    lose_one(api)
    wait_until(lambda: len(deaths(api)) >= 2, "two have died at once")
    first, second = deaths(api)[:2]
    # Each of the two takes a moment to die, and the second one may take less.
    assert second - first > timedelta(seconds=BREATH_SECONDS / 2)


def test_the_others_serve_while_the_host_has_no_process_to_give(api: ApiProcess, tmp_path: Path) -> None:
    left = lose_one_on_a_full_host(api, tmp_path)
    assert workers(api) == {left}
    assert api.answers()


def test_it_is_replaced_once_the_host_has_one_again(api: ApiProcess, tmp_path: Path) -> None:
    left = lose_one_on_a_full_host(api, tmp_path)
    (tmp_path / "full").unlink()
    wait_until(lambda: len(workers(api) - {left}) == 1, "another one")


def test_it_is_ended_in_order_while_the_host_has_none(api: ApiProcess, tmp_path: Path) -> None:
    lose_one_on_a_full_host(api, tmp_path)
    os.kill(api.pid, signal.SIGTERM)
    wait_until(lambda: not api.process.running, "the end", seconds=10)


def test_one_that_hangs_does_not_hold_up_a_reload(api: ApiProcess) -> None:
    before = workers(api)
    os.kill(min(before), signal.SIGSTOP)
    reload(api, "region = Elsewhere")
    wait_for_others(api, before)


def test_the_log_says_that_one_that_hangs_is_killed(api: ApiProcess) -> None:
    hangs = min(workers(api))
    os.kill(hangs, signal.SIGSTOP)
    reload(api, "region = Elsewhere")
    wait_for_log(api, f"worker does not end, killing it pid={hangs}\n")
