"""What the kernel counts of processes: CPU, memory, threads, sockets; and what machine this is."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from servers.process_table import PROC, with_descendants
from servers.processes import wait_until

TICK = 1 / os.sysconf("SC_CLK_TCK")
QUIET_SECONDS = 0.3
QUIET_SHARE = 0.12


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU time of *pids* and all that descend from them, of their children that have ended, too."""
    total = 0
    for pid in with_descendants(pids):
        try:
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(ticks) for ticks in fields[11:15])
    return total * TICK


@dataclass(frozen=True)
class Usage:
    """What processes hold at one moment; memory in MB (10^6 bytes), the peak since their start beside it."""

    memory: float
    peak_memory: float
    threads: int
    sockets: int


def usage(pids: Iterable[int]) -> Usage:
    """Return what *pids* and all that descend from them hold now."""
    everybody = with_descendants(pids)
    status = [_status(pid) for pid in everybody]
    return Usage(
        memory=sum(each.get("VmRSS", 0) for each in status) * 1024 / 1e6,
        peak_memory=sum(each.get("VmHWM", 0) for each in status) * 1024 / 1e6,
        threads=sum(each.get("Threads", 0) for each in status),
        sockets=sum(len(_sockets(pid)) for pid in everybody),
    )


def settle(pids: Iterable[int], seconds: float = 60) -> float:
    """Wait until *pids* have no work left over, and return how long that took, in seconds."""
    watched = list(pids)
    started = time.monotonic()

    def quiet() -> bool:
        before = cpu_seconds(watched)
        time.sleep(QUIET_SECONDS)
        return cpu_seconds(watched) - before <= QUIET_SECONDS * QUIET_SHARE

    wait_until(quiet, "the service is quiet", seconds)
    return max(0.0, time.monotonic() - started - QUIET_SECONDS)


def listening(port: int) -> list[int]:
    """Return the processes of this host that listen on TCP *port*, parents without their children."""
    inodes = _listening_inodes(port)
    found = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    holders = {pid for pid in found if inodes & _sockets(pid)}
    children = {child for pid in holders for child in with_descendants([pid]) - {pid}}
    return sorted(holders - children)


def machine() -> str:
    """Return in one line what was measured on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, Linux {os.uname().release.partition('-')[0]}"


def _status(pid: int) -> dict[str, int]:
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.split()[:2] for line in lines if line.startswith(("VmRSS", "VmHWM", "Threads")))
    return {name.rstrip(":"): int(value) for name, value in pairs}


def _sockets(pid: int) -> set[str]:
    found = set()
    try:
        for entry in (PROC / str(pid) / "fd").iterdir():
            target = _link(entry)
            if target.startswith("socket:["):
                found.add(target[8:-1])
    except OSError:
        return set()
    return found


def _link(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:
        return ""


def _listening_inodes(port: int) -> set[str]:
    wanted = f":{port:04X}"
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in (PROC / "net" / table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(wanted) and fields[3] == "0A":
                inodes.add(fields[9])
    return inodes
