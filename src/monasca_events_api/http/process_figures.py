"""Memory, processor time, threads and start of each worker process, as the system tells them when it is asked."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class _Figures(NamedTuple):
    rss: int
    cpu: float
    threads: int
    started: float


def families(processes: Sequence[int]) -> Iterator[Metric]:
    """Return the figures of *processes*, by the label ``pid``; of those that have ended by now there are none."""
    found = {str(pid): figures for pid in processes if (figures := _figures(pid))}
    rss = GaugeMetricFamily("process_resident_memory_bytes", "Resident memory", labels=["pid"])
    cpu = CounterMetricFamily("process_cpu_seconds", "Processor time, user and system", labels=["pid"])
    threads = GaugeMetricFamily("process_threads", "Threads", labels=["pid"])
    started = GaugeMetricFamily("process_start_time_seconds", "Start, in seconds since the epoch", labels=["pid"])
    for pid, figures in found.items():
        rss.add_metric([pid], figures.rss)
        cpu.add_metric([pid], figures.cpu)
        threads.add_metric([pid], figures.threads)
        started.add_metric([pid], figures.started)
    yield from (rss, cpu, threads, started)


def _figures(pid: int) -> _Figures | None:
    try:
        # The name of the program, in parentheses, may hold blanks; the third field stands behind it (proc(5)).
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    user, system, threads, started, pages = (int(stat[field - 3]) for field in (14, 15, 20, 22, 24))
    return _Figures(pages * _PAGE, (user + system) / _TICKS, threads, _boot_time() + started / _TICKS)


def _boot_time() -> float:
    lines = Path("/proc/stat").read_text(encoding="utf-8").splitlines()
    return float(next(line for line in lines if line.startswith("btime ")).split()[1])
