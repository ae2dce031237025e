"""Two states of the source beside each other: ``python benchmarks/sources.py ../before``, a checkout of the other one.

Both run with the libraries of this environment, the other one with those of ``--python``, if that is given: so two
interpreters, or two versions of a library, are compared. Each has a database of its own on the same server, and all are
measured in the same rounds. Of two processes of the same source one is for good up to a tenth dearer than the other, by
where things came to lie in its memory: hence ``--instances`` of each.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from measuring.cases import CASES, Case  # noqa: E402
from measuring.comparison import CONNECTIONS, Comparison, Effort, Measured  # noqa: E402
from measuring.peers import KEYSTONE, WITHOUT_LOGIN  # noqa: E402
from measuring.processes import machine  # noqa: E402
from measuring.system import Machinery, Service, service  # noqa: E402

HERE, THERE = "here", "there"


def compare(options: argparse.Namespace) -> Iterator[str]:
    """Measure, and give the lines of a table."""
    machinery = Machinery()
    services = list(_started(machinery, options))
    targets = [(each, each.fill(options.definitions)) for each in services]
    comparison = Comparison(machinery.folder, Effort(options.seconds, options.rounds), targets)
    yield f"{machine()}; {options.database}, login: {options.login}; CPU ms of service and database, rate, p99"
    for case in _chosen(options.cases):
        measured = comparison.run(case)
        for connections in CONNECTIONS:
            yield _line(case, connections, [each for each in measured if each.connections == connections])
    for each in services:
        each.stop()


def _started(machinery: Machinery, options: argparse.Namespace) -> Iterator[Service]:
    for number in range(options.instances):
        there = (options.other.resolve(), options.python)
        for name, (source, python) in {HERE: (PROJECT, sys.executable), THERE: there}.items():
            made = service(machinery, options.database, options.login, source, python)
            made.name = f"{name} {number}"
            made.start()
            yield made


def _line(case: Case, connections: int, measured: Sequence[Measured]) -> str:
    here, there = ([each for each in measured if each.target.startswith(name)] for name in (HERE, THERE))
    cpu = {name: [each.cpu for each in found] for name, found in ((HERE, here), (THERE, there))}
    share = fmean(cpu[HERE]) / fmean(cpu[THERE])
    refused = sum(each.refused for each in measured)
    return (
        f"{case.name:24} c{connections:<3} {share:.2f} of it: {_all(cpu[HERE])} to {_all(cpu[THERE])} ms; "
        f"{fmean(each.rate for each in here):.0f} to {fmean(each.rate for each in there):.0f}/s; "
        f"{fmean(each.p99 for each in here):.1f} to {fmean(each.p99 for each in there):.1f} ms; refused {refused}"
    )


def _all(costs: Sequence[float]) -> str:
    return " ".join(f"{each:.3f}" for each in costs)


def _chosen(names: Sequence[str]) -> list[Case]:
    return [case for case in CASES if case.name in names]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, help="a checkout of the other state, as of git worktree add")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the other one's environment")
    parser.add_argument("--database", choices=("postgresql", "mariadb"), default="postgresql")
    parser.add_argument("--login", choices=(WITHOUT_LOGIN, KEYSTONE), default=WITHOUT_LOGIN)
    parser.add_argument("--instances", type=int, default=2, help="how many of each")
    parser.add_argument("--definitions", type=int, default=200, help="how many of each kind a tenant has")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one load")
    names = [case.name for case in CASES]
    parser.add_argument("--cases", nargs="+", choices=names, default=names, metavar="CASE", help=", ".join(names))
    for line in compare(parser.parse_args()):
        print(line, flush=True)


if __name__ == "__main__":
    main()
