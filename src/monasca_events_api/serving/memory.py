"""How a process that serves keeps its memory."""

import ctypes
import gc

_ARENA_MAX = -8
"""``M_ARENA_MAX`` (mallopt(3))."""


def do_not_collect() -> None:
    """Let the garbage collector wait until all is imported and made: hardly any of it is garbage."""
    gc.disable()


def use_one_arena() -> None:
    """Let all threads take the memory of C code from one place.

    The GNU C library gives each thread an arena of its own, so that they need not wait for each other; what one has
    freed no other can use. Python's threads run one at a time and wait anyway. Other libraries have no such arenas.
    To be said before there are threads.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)


def begin_to_collect() -> None:
    """Let the garbage collector look at what comes from now on, and never at what there is: modules, the application.

    It would look at each of these objects whenever it looks at all, and everybody waits for that: a tenth of a second.
    Workers share what nobody looks at with the process that has forked them.
    """
    gc.freeze()
    gc.enable()
