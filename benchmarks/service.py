"""What a request costs: ``python benchmarks/service.py`` starts real servers, loads them, and prints the tables.

The service is measured on PostgreSQL and MariaDB, without login and with Keystone, at 1 and 16 connections, beside its
floors: a bare WSGI answer of the same size, the least that its libraries can do, and kafka-python's own send and
acknowledgement of the same bytes.
``--compare BASE_URL`` measures any other server that speaks the same API in the same rounds.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from measuring import growth, plots, report  # noqa: E402
from measuring.cases import CASES, DEFINITIONS  # noqa: E402
from measuring.comparison import Comparison, Effort, Measured  # noqa: E402
from measuring.floors import Floors, floors  # noqa: E402
from measuring.peers import KEYSTONE, WITHOUT_LOGIN  # noqa: E402
from measuring.processes import machine, usage  # noqa: E402
from measuring.system import Machinery, Service, Target, compared, service  # noqa: E402

DATABASES = ("postgresql", "mariadb")
LOGINS = (WITHOUT_LOGIN, KEYSTONE)
PARTS = ("cases", "rows", "bodies")
LIBRARIES = ("waitress", "pyramid", "cornice", "SQLAlchemy", "kafka-python", "keystonemiddleware")
STARTS = 3
IDLE_SECONDS = 5.0
QUICK = Effort(seconds=1, rounds=1)
FULL = Effort(seconds=5, rounds=3)


@dataclass
class Results:
    """Everything that was found, as it is written to the file of results."""

    machine: str = field(default_factory=machine)
    date: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    python: str = sys.version.split()[0]
    libraries: dict[str, str] = field(default_factory=lambda: {name: version(name) for name in LIBRARIES})
    effort: Effort = FULL
    cases: dict[str, list[Measured]] = field(default_factory=dict)
    processes: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    @property
    def caption(self) -> str:
        """Where and when it was."""
        return f"{self.machine}; Python {self.python}; {self.date}"


class Benchmark:
    """One run of what the *options* of the command ask for."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._effort = QUICK if options.quick else FULL
        self._machinery = Machinery()
        self._floors: Floors | None = None
        self.results = Results(effort=self._effort)

    def run(self) -> None:
        """Measure, printing each table when it is there."""
        _say([self.results.caption, f"{self._effort.rounds} rounds of {self._effort.seconds:g} s a load"])
        for database in self._options.databases:
            for login in self._options.logins:
                if {"cases", "bodies"} & set(self._options.parts):
                    self._measure_setup(database, login)
        if "rows" in self._options.parts:
            for database in self._options.databases:
                rows = growth.ROWS[:2] if self._options.quick else growth.ROWS
                self.results.rows += growth.by_rows(self._machinery, database, rows, self._effort)
            _say(["", "Cost against stored definitions", *report.growth(self.results.rows)])

    def write(self, folder: Path, images: Path) -> None:
        """Write the results, and the plots of those parts that were measured."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "service.json"
        file.write_text(json.dumps(asdict(self.results), indent=1) + "\n", encoding="utf-8")
        if self.results.rows:
            plots.against_rows(self.results.rows, self.results.caption, images / "cost-against-rows.png")
        if self.results.bodies:
            plots.against_body(self.results.bodies, self.results.caption, images / "cost-against-body.png")
        _say(["", f"results: {file}"])

    def _measure_setup(self, database: str, login: str) -> None:
        ours = service(self._machinery, database, login)
        starts = self._starts(ours)
        self._floors = self._floors or floors(self._machinery, ours)
        if "cases" in self._options.parts:
            self._measure_cases(ours, f"{database}, login: {login}", login, starts, self._floors)
        if "bodies" in self._options.parts and not self.results.bodies:
            self.results.bodies = list(growth.by_body(self._machinery.folder, ours, self._floors.kafka, self._effort))
            _say(["", "Cost against the size of a body", *report.bodies(self.results.bodies)])
        ours.stop()

    def _measure_cases(
        self,
        ours: Service,
        title: str,
        login: str,
        starts: Sequence[tuple[float, float]],
        beside: Floors,
    ) -> None:
        _say(["", title])
        idle = _idle(ours)
        targets = [(target, target.fill(DEFINITIONS)) for target in (ours, *self._others(login))]
        comparison = Comparison(self._machinery.folder, self._effort, targets, beside)
        measured = []
        for case in CASES:
            measured += comparison.run(case)
            _say([f"  measured {case.name}"])
        held = {"starts": starts, **asdict(usage(ours.service_pids)), **idle}
        self.results.cases[title] = measured
        self.results.processes[title] = held
        _say(["", *report.costs(measured), "", *report.ratios(measured, ours.name, login)])
        _say(["", *report.process(held), "", *report.recorded(login)])

    def _starts(self, ours: Service) -> list[tuple[float, float]]:
        starts = [ours.start()]
        for _ in range(STARTS - 1):
            ours.stop()
            starts.append(ours.start())
        return starts

    def _others(self, login: str) -> list[Target]:
        options = self._options
        # With a token the other server is measured beside ours with Keystone, else beside ours without login.
        if options.compare is None or bool(options.token) != (login == KEYSTONE):
            return []
        headers = {"X-Auth-Token": options.token} if options.token else {}
        return [compared(options.compare, headers, options.service_pid, options.database_pid)]


def _idle(ours: Service) -> dict[str, float]:
    service_cpu, database_cpu = ours.cpu()
    time.sleep(IDLE_SECONDS)
    service_end, database_end = ours.cpu()
    return {
        "idle_service": (service_end - service_cpu) / IDLE_SECONDS * 1000,
        "idle_database": (database_end - database_cpu) / IDLE_SECONDS * 1000,
    }


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round, and no million of rows")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--logins", nargs="+", choices=LOGINS, default=LOGINS)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument(
        "--compare",
        metavar="BASE_URL",
        help="another server, to where its /v2.0 begins; its quota must be out of reach",
    )
    parser.add_argument("--token", help="its X-Auth-Token; without one it must take requests as they come")
    parser.add_argument("--service-pid", type=int, action="append", default=[], help="its process, if not by its port")
    parser.add_argument("--database-pid", type=int, action="append", default=[], help="its database's process")
    parser.add_argument("--results", type=Path, default=PROJECT / "benchmarks" / "results", help="folder of the JSON")
    parser.add_argument("--images", type=Path, default=PROJECT / "docs" / "images", help="folder of the plots")
    return parser.parse_args()


def main() -> None:
    """Run the command."""
    options = _options()
    benchmark = Benchmark(options)
    benchmark.run()
    benchmark.write(options.results, options.images)


if __name__ == "__main__":
    main()
