"""Whose code the time of a request goes to: ``python benchmarks/profiles.py [--cases CASE ...]``.

The service's application runs in this process, one request after the other, with its log and without a server before
it, and of every few milliseconds of CPU time it is noted what is being executed. Python's own modules count for the
package that called them: weak references for SQLAlchemy, say, but JSON for the service, which reads and writes it.
Whether a goal can be met by the service's own part becoming smaller is read off here.
"""

import argparse
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import plaster

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from measuring.cases import CASES, Case  # noqa: E402
from measuring.in_process import Call, InProcess  # noqa: E402
from measuring.peers import KEYSTONE, WITHOUT_LOGIN  # noqa: E402
from measuring.processes import machine  # noqa: E402
from measuring.system import Machinery, service  # noqa: E402

OURS = "the service"
LEAST_SHARE = 0.01
LOOK_EVERY_SECONDS = 0.001
WARM_UP_CALLS = 300
PACKAGE = re.compile(r"/site-packages/(\w+)")
MODULE = re.compile(r"/lib/python3\.\d+/(\w+)|<frozen (\w+)")


def profiled(options: argparse.Namespace) -> Iterator[str]:
    """Measure, and give the lines of the tables."""
    machinery = Machinery()
    ours = service(machinery, options.database, options.login, **{"relay.enabled": "false"})
    ours.start()
    ids = ours.fill(options.definitions)
    ours.stop()
    log = (machinery.folder / "profiles.log").open("a", encoding="utf-8")
    os.dup2(log.fileno(), sys.stderr.fileno())
    plaster.get_loader(str(ours.ini), ["wsgi"]).setup_logging({})
    in_process = InProcess(ours.ini)
    yield f"{machine()}; {options.database}, login: {options.login}"
    for case in (case for case in CASES if case.name in options.cases):
        sent = case.request("/v2.0", ids)
        yield from _profile(case, Call(in_process.wsgi, sent, ours.headers), options.seconds)
    in_process.stop()


def _profile(case: Case, call: Call, seconds: float) -> Iterator[str]:
    for _ in range(WARM_UP_CALLS):
        call()
    calls, began, until = 0, time.process_time(), time.monotonic() + seconds
    with _looking() as found:
        while time.monotonic() < until:
            call()
            calls += 1
    took = (time.process_time() - began) / calls * 1e6
    total = found.total()
    yield f"\n{case.name}: {took:.0f} us, {total} looks"
    for name, number in found.most_common():
        if number / total >= LEAST_SHARE:
            yield f"  {number / total:6.1%} {number / total * took:8.0f} us  {name}"


@contextmanager
def _looking() -> Iterator[Counter[str]]:
    found: Counter[str] = Counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        found[_who(frame)] += 1

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, LOOK_EVERY_SECONDS, LOOK_EVERY_SECONDS)
    yield found
    signal.setitimer(signal.ITIMER_PROF, 0)


def _who(frame: FrameType | None) -> str:
    """Return the package whose code *frame* executes, or has Python execute."""
    module = ""
    while frame is not None:
        file = frame.f_code.co_filename
        package = PACKAGE.search(file)
        if package:
            return package[1]
        if "/monasca_events_api/" in file:
            return f"{OURS}, in Python's {module}" if module else OURS
        of_python = MODULE.search(file)
        if of_python:
            module = of_python[1] or of_python[2]
        frame = frame.f_back
    return "the benchmark"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("postgresql", "mariadb"), default="postgresql")
    parser.add_argument("--login", choices=(WITHOUT_LOGIN, KEYSTONE), default=WITHOUT_LOGIN)
    parser.add_argument("--definitions", type=int, default=200, help="how many of each kind the tenant has")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each case")
    names = [case.name for case in CASES]
    parser.add_argument("--cases", nargs="+", choices=names, default=names, metavar="CASE", help=", ".join(names))
    for line in profiled(parser.parse_args()):
        print(line, flush=True)


if __name__ == "__main__":
    main()
