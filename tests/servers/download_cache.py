"""Downloads that outlive a run, each in a folder that is complete or absent."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

COMPLETE = ".complete"


def cached(name: str, make: Callable[[Path], None]) -> Path:
    """Return the user's cache folder *name*, filled by *make* when no earlier run has filled it.

    Runs side by side wait for the first of them. The folder's path is final while *make* runs, since a
    virtual environment cannot be moved; one that was left half made is made anew.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "monasca-events-api"
    folder = base / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / COMPLETE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / COMPLETE).touch()
    return folder
