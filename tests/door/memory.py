"""How much memory a process takes."""

import re
from collections.abc import Callable
from pathlib import Path

MEBIBYTE = 1 << 20


def memory_of(pid: int) -> int:
    """Return how many bytes of memory the process has."""
    return _value(Path(f"/proc/{pid}"), "VmRSS")


def grown_by(pid: int, action: Callable[[], None]) -> int:
    """Return by how many bytes the process took more memory during *action* than before it, at the most."""
    folder = Path(f"/proc/{pid}")
    (folder / "clear_refs").write_text("5", encoding="ascii")  # forgets the highest value so far
    before = memory_of(pid)
    action()
    return _value(folder, "VmHWM") - before


def _value(folder: Path, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", (folder / "status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) * 1024
