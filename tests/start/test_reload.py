"""SIGHUP with two workers: others take their place, by the ini file as it is then, and two serve at any time."""

import os
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


def test_nobody_is_refused_meanwhile(api: ApiProcess) -> None:
    before = workers(api)
    reload(api, MEASURE)
    answered = []
    while workers(api) & before:
        answered.append(api.answers())
    assert answered
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
        wait_until(lambda: api.log_file.read_text().count("reloading workers=") == 2, "it has heard both")
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
    assert workers(api) == before
    assert api.answers()


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
