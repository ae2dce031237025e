"""How a process that serves keeps its memory."""

import ctypes
import gc

_ARENA_MAX = -8
"""``M_ARENA_MAX`` (mallopt(3))."""
_c_library = ctypes.CDLL(None)


def do_not_collect() -> None:
    """Let the garbage collector wait until all is imported and made: hardly any of it is garbage."""
    gc.disable()


def use_one_arena() -> None:
    """Let all threads take the memory of C code from one place.

    The GNU C library gives each thread an arena of its own, so that they need not wait for each other; what one has
    freed no other can use. Python's threads run one at a time and wait anyway. Other libraries have no such arenas.
    To be said before there are threads.
    """
    mallopt = getattr(_c_library, "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)


def begin_to_collect() -> None:
    """Let the garbage collector look at what comes from now on, and never at what there is: modules, the application.

    Otherwise each full collection would go through all of these objects, and stop all threads for a tenth of a second.
    What is left alone, workers also go on sharing with the process that has forked them.
    """
    gc.freeze()
    gc.enable()


def give_back() -> None:
    """Give back to the system what C code has freed.

    The GNU C library does so by itself only at the end of its memory: after sixteen bodies of 1 000 events at a time,
    50 MB between what is in use stayed with the process for good. Other libraries have no such call.
    """
    trim = getattr(_c_library, "malloc_trim", None)
    if trim is not None:
        trim(0)
