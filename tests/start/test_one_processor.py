"""Where a worker's threads run: on one processor together, of those that the operator leaves to it."""

import os
from pathlib import Path

import pytest

from servers.api_process import ApiProcess
from servers.processes import wait_until
from start.programs import migrated


@pytest.fixture
def api(tmp_path: Path) -> ApiProcess:
    migrated(tmp_path)
    api = ApiProcess(tmp_path, {}, sample="development.ini")
    api.start()
    return api


def threads(api: ApiProcess) -> list[int]:
    return [int(each.name) for each in Path(f"/proc/{api.pid}/task").iterdir()]


def processors(api: ApiProcess) -> set[frozenset[int]]:
    return {frozenset(os.sched_getaffinity(thread)) for thread in threads(api)}


def test_all_threads_are_on_one_processor(api: ApiProcess) -> None:
    wait_until(lambda: [len(each) for each in processors(api)] == [1], "all threads are on one processor")
    api.stop()


def test_it_is_one_of_those_that_the_operator_has_left(tmp_path: Path) -> None:
    migrated(tmp_path)
    left = max(os.sched_getaffinity(0))
    api = ApiProcess(tmp_path, {}, sample="development.ini")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {left})
    try:
        api.start()
    finally:
        os.sched_setaffinity(0, before)
    assert processors(api) == {frozenset({left})}
    api.stop()
