"""What the kernel tells of processes: who is alive, who descends from whom, whose environment says what."""

from collections.abc import Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")


def alive(pid: int) -> bool:
    """Say whether a process runs or is stopped; a zombie is not alive."""
    status = _status(pid)
    return status is not None and status[0] not in "ZX"


def stopped(pid: int) -> bool:
    """Say whether a process is stopped by a signal."""
    status = _status(pid)
    return status is not None and status[0] in "Tt"


def with_descendants(pids: Iterable[int]) -> set[int]:
    """Return the living of *pids* and all that descend from them, in whatever session these are."""
    children: dict[int, list[int]] = {}
    for pid in _pids():
        status = _status(pid)
        if status is not None:
            children.setdefault(int(status[1]), []).append(pid)
    found: set[int] = set()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return {pid for pid in found if alive(pid)}


def started_with(variable: str) -> set[int]:
    """Return the living processes whose environment at their start had *variable* (``NAME=value``)."""
    wanted = variable.encode()
    return {pid for pid in _pids() if wanted in _environment(pid) and alive(pid)}


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def _status(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat after the program's name: state, parent, ..."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _environment(pid: int) -> list[bytes]:
    try:
        return (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
