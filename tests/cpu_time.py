"""CPU time that means the same on a slow machine: how long something takes is otherwise for the benchmarks to say."""

import time

NUMBERS = 1_000_000
ADDED_IN = 0.02
"""CPU seconds in which the machine that the limits of the tests are said for adds so many numbers."""


def is_less(used: float, limit: float) -> bool:
    """Return whether *used* CPU seconds, of this thread and right now, are less than *limit* on that machine."""
    return used < limit or used * ADDED_IN / _adding() < limit


def _adding() -> float:
    started = time.thread_time()
    sum(number for number in range(NUMBERS))
    return time.thread_time() - started
