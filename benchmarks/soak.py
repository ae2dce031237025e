"""Does anything grow? ``python benchmarks/soak.py [SECONDS]`` loads the service with all kinds of requests, for 600 s.

It samples memory, threads, sockets, latency and CPU, and ends with status 1 unless all of them stay flat.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from measuring.cases import DEFINITIONS, mix  # noqa: E402
from measuring.load import Load  # noqa: E402
from measuring.peers import WITHOUT_LOGIN  # noqa: E402
from measuring.processes import cpu_seconds, machine, settle, usage  # noqa: E402
from measuring.system import Machinery, service  # noqa: E402

CONNECTIONS = 16
SLICE_SECONDS = 10


@dataclass(frozen=True)
class Sample:
    """One slice of the load, and what the service holds at its end; see ``measuring.load`` and ``processes``."""

    second: float
    requests: int
    refused: int
    broken: int
    p50: float
    p99: float
    cpu: float
    memory: float
    threads: int
    sockets: int


# How much more the last quarter's median may be than the second quarter's: a share, and beside it so many units.
ALLOWED = {"memory": (0.03, 2.0), "threads": (0.0, 1.0), "sockets": (0.0, 4.0), "p50": (0.25, 0.5), "p99": (0.5, 5.0),
           "cpu": (0.15, 0.1)}  # fmt: skip


def soak(seconds: float, database: str) -> list[Sample]:
    """Load the service for *seconds*, in slices; each makes its connections anew."""
    machinery = Machinery()
    target = service(machinery, database, WITHOUT_LOGIN)
    target.start()
    ids = target.fill(DEFINITIONS)
    load = Load(machinery.folder, target.url, mix("/v2.0", ids), delete_created=True)
    samples: list[Sample] = []
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        cpu = cpu_seconds(target.service_pids)
        answered = load.run(CONNECTIONS, min(SLICE_SECONDS, seconds))
        settle(target.service_pids)  # connections of the slice are closed, its announcements are out
        cpu = (cpu_seconds(target.service_pids) - cpu) / answered.requests * 1000
        held = usage(target.service_pids)
        samples.append(
            Sample(
                second=round(time.monotonic() - started, 1),
                **{name: getattr(answered, name) for name in ("requests", "refused", "broken", "p50", "p99")},
                cpu=cpu,
                **{name: getattr(held, name) for name in ("memory", "threads", "sockets")},
            )
        )
        print(" ".join(f"{name}={_short(value)}" for name, value in asdict(samples[-1]).items()), flush=True)
    target.stop()
    return samples


def growing(samples: Sequence[Sample]) -> list[str]:
    """Say what grew from the second quarter of *samples* to the last; the first one is for warming up."""
    quarter = max(1, len(samples) // 4)
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]
    found = []
    for name, (share, units) in ALLOWED.items():
        before, after = (median(getattr(each, name) for each in part) for part in (early, late))
        if after > before * (1 + share) + units:
            found.append(f"{name} grew from {_short(before)} to {_short(after)}")
    if broken := sum(each.broken for each in samples):
        found.append(f"{broken} connections broke")
    return found


def _short(value: float) -> str:
    return f"{value:.4g}"


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float, nargs="?", default=600)
    parser.add_argument("--database", choices=("postgresql", "mariadb"), default="postgresql")
    parser.add_argument("--results", type=Path, default=PROJECT / "benchmarks" / "results", help="folder of the JSON")
    options = parser.parse_args()
    print(machine())
    samples = soak(options.seconds, options.database)
    found = growing(samples)
    options.results.mkdir(parents=True, exist_ok=True)
    result = {"machine": machine(), "database": options.database, "growing": found, "samples": [*map(asdict, samples)]}
    (options.results / "soak.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("; ".join(found) or f"flat: {sum(each.requests for each in samples)} requests in {options.seconds:g} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
