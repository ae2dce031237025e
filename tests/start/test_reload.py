"""SIGHUP with two workers: others take their place, by the ini file as it is then, and two serve at any time."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from servers.api_process import ApiProcess
from servers.processes import wait_until
from start.several_workers import MEASURE, HeldUp, reload, two_workers, wait_for_others, workers, write

WRONG = "color = red"
FAULT = "not reloaded fault=[app:main] color: unknown key\n"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[ApiProcess]:
    with two_workers(tmp_path) as api:
        yield api


def wait_for_log(api: ApiProcess, text: str) -> None:
    wait_until(lambda: text in api.log_file.read_text(), f"the log says {text!r}")


def reloads(api: ApiProcess) -> list[str]:
    """Return how many workers there were each time when it was told to reload."""
    return re.findall(r"reloading workers=(\d+)\n", api.log_file.read_text())


def kill_all(api: ApiProcess) -> None:
    for worker in workers(api):
        os.kill(worker, signal.SIGKILL)


def test_all_workers_are_replaced(api: ApiProcess) -> None:
    before = workers(api)
    reload(api, "region = Elsewhere")
    wait_for_others(api, before)


def test_the_new_workers_go_by_the_file_as_it_is_now(api: ApiProcess) -> None:
    before = workers(api)
    reload(api, MEASURE)
    wait_for_others(api, before)
    assert httpx.get(f"{api.url}/metrics", trust_env=False, timeout=30).status_code == 200


def test_of_the_old_workers_it_is_not_said_that_they_ended(api: ApiProcess) -> None:
    before = workers(api)
    reload(api, "region = Elsewhere")
    wait_for_others(api, before)
    # The log says it of one that dies; by then all that have ended before are known.
    killed = min(workers(api))
    os.kill(killed, signal.SIGKILL)
    wait_for_log(api, f"worker ended, replacing it pid={killed} ")
    assert api.log_file.read_text().count("worker ended, replacing it") == 1


def test_nobody_is_refused_meanwhile(api: ApiProcess) -> None:
    before = workers(api)
    reload(api, MEASURE)
    answered: list[bool] = []

    def replaced() -> bool:
        answered.append(api.answers())
        return not workers(api) & before

    wait_until(replaced, "other workers")
    assert all(answered)


def test_the_old_ones_stay_until_a_new_one_serves(api: ApiProcess) -> None:
    before = workers(api)
    with HeldUp(api) as held_up:
        reload(api, MEASURE)
        first = held_up.wait_for_one()
        # That another one is there by then shows that time has passed.
        os.kill(first, signal.SIGKILL)
        held_up.wait_for_one(first)
        assert before <= workers(api)


def test_it_goes_on_after_a_new_one_has_died_before_it_served(api: ApiProcess) -> None:
    before = workers(api)
    with HeldUp(api) as held_up:
        reload(api, MEASURE)
        os.kill(held_up.wait_for_one(), signal.SIGKILL)
    wait_for_others(api, before)


def test_told_to_reload_twice_all_go_by_the_last_file(api: ApiProcess) -> None:
    before = workers(api)
    with HeldUp(api) as held_up:
        reload(api, MEASURE)
        first = held_up.wait_for_one()
        reload(api, "api.page_limit = 7")
        wait_until(lambda: len(reloads(api)) == 2, "it has heard both")
    wait_for_others(api, {*before, first})


def test_a_wrong_file_is_a_line_of_the_log_for_each_fault(api: ApiProcess) -> None:
    reload(api, f"{WRONG}\napi.page_limit = 0")
    wait_for_log(api, FAULT)
    wait_for_log(api, "not reloaded fault=[app:main] api.page_limit: '0' is not a whole number from 1 to 1000\n")


def test_what_is_no_ini_file_is_a_line_of_the_log(api: ApiProcess) -> None:
    reload(api, "[app:main]")
    wait_for_log(api, f"not reloaded fault={api.ini} is no ini file: ")


def test_a_secret_with_a_percent_sign_that_is_not_doubled_is_not_shown(api: ApiProcess) -> None:
    reload(api, "region = secret-%1")
    wait_for_log(api, "not reloaded fault=")
    assert "secret-" not in api.log_file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "wrong", [WRONG, "[app:main]", "metrics.enabled = true\nmetrics.directory = /dev/null/metrics"]
)
def test_a_wrong_file_leaves_the_workers_that_are_there(api: ApiProcess, wrong: str) -> None:
    before = workers(api)
    reload(api, wrong)
    wait_for_log(api, "not reloaded")
    # Told again, it says how many there are: by then it has looked after its workers since the first time.
    os.kill(api.pid, signal.SIGHUP)
    wait_until(lambda: len(reloads(api)) == 2, "it reloads again")
    assert reloads(api) == ["2", "2"]
    assert workers(api) == before


def test_a_file_that_is_right_again_is_taken(api: ApiProcess) -> None:
    before = workers(api)
    right = api.ini.read_text()
    reload(api, WRONG)
    wait_for_log(api, FAULT)
    api.ini.write_text(right)
    os.kill(api.pid, signal.SIGHUP)
    wait_for_others(api, before)


def test_workers_that_die_are_replaced_by_the_file_of_the_last_reload(api: ApiProcess) -> None:
    before = workers(api)
    reload(api, MEASURE)
    wait_for_others(api, before)
    write(api, WRONG)
    kill_all(api)
    wait_until(api.answers, "it serves again")
    assert httpx.get(f"{api.url}/metrics", trust_env=False, timeout=30).status_code == 200
