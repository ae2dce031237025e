"""Lets all threads take the memory of C code from one place.

The C library gives each thread an arena of its own, so that they need not wait for each other; what one has freed no
other can use. Python's threads run one at a time and wait anyway: one arena is as fast, and a worker is smaller.
"""

import ctypes

_ARENA_MAX = -8
"""``M_ARENA_MAX`` (mallopt(3))."""


def use_one_arena() -> None:
    """Say so to the GNU C library; others have no such arenas. To be called before there are threads."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
