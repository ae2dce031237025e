"""Where a worker's threads run: on one processor together, of those that the operator leaves to it."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monasca_events_api.serving.one_processor import OneProcessor
from servers.api_process import ApiProcess
from servers.processes import wait_until
from start.programs import migrated


@contextmanager
def served_on(left: set[int], folder: Path) -> Iterator[ApiProcess]:
    """Serve with the processors *left* alone."""
    migrated(folder)
    api = ApiProcess(folder, {}, sample="development.ini", afresh=True)
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, left)  # what it starts has them, too
    try:
        api.start()
    finally:
        os.sched_setaffinity(0, own)
    yield api
    api.stop()


def processors(api: ApiProcess) -> set[frozenset[int]]:
    threads = Path(f"/proc/{api.pid}/task").iterdir()
    return {frozenset(os.sched_getaffinity(int(thread.name))) for thread in threads}


def test_all_threads_are_on_one_processor(tmp_path: Path) -> None:
    with served_on(os.sched_getaffinity(0), tmp_path) as api:
        wait_until(lambda: [len(each) for each in processors(api)] == [1], "all threads are on one processor")


def test_it_is_one_of_those_that_the_operator_has_left(tmp_path: Path) -> None:
    left = {max(os.sched_getaffinity(0))}
    with served_on(left, tmp_path) as api:
        assert processors(api) == {frozenset(left)}


def test_a_process_that_may_open_no_more_files_goes_on_where_it_is() -> None:
    processor = OneProcessor()
    before, limits = os.sched_getaffinity(0), resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        processor.hold()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert os.sched_getaffinity(0) == before
