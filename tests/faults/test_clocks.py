"""The clock of the host jumps an hour forward and back, by libfaketime: nothing that the service does depends on it."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from faults.conftest import MakeService
from faults.load import Load
from faults.report import Report
from servers.api_process import ApiProcess
from servers.packages import required
from servers.processes import wait_until
from servers.run import folder_of_the_run

JUMPS = ("+3600s", "-3600s", "+0s")
# The server looks at all its connections once a second.
LOOKED_AT = timedelta(seconds=3)


@pytest.fixture
def clock() -> Path:
    """A file whose text is how far the clock is off."""
    file = folder_of_the_run("clock") / "offset"
    set_to(file, "+0s")
    return file


def set_to(clock: Path, offset: str) -> None:
    # In one step: a reader would else find the file empty.
    new = clock.with_suffix(".new")
    new.write_text(f"{offset}\n")
    new.replace(clock)


def faketime() -> Path | None:
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def under(process: ApiProcess, clock: Path) -> None:
    """Let *process* live by *clock* from its next start on; its monotonic clock runs on, as a host's does."""
    process.process.environment |= {
        "LD_PRELOAD": str(required(faketime, ["libfaketime"])),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
    }


def test_an_hour_forward_and_back(make_service: MakeService, clock: Path, kind: str, report: Report) -> None:
    service = make_service(kind, processes=2, settings={"relay.lease": "5"})
    under(service.processes[0], clock)
    service.start()
    load = Load(service, f"clock {kind}", writers=3)
    load.start()
    for offset in JUMPS:
        set_to(clock, offset)
        load.wait_for_changes(50)
        # An announcement made behind the jump arrives: the relay goes on.
        with service.reader() as reader:
            known = len(reader.read_to_end())
            wait_until(lambda known=known: len(reader.read_to_end()) > known + 20, "more is announced", 10)
    assert load.unknown == 0
    report.hold(f"host clock {', '.join(JUMPS)}, {kind}", load.verdict())


def test_a_connection_on_which_nothing_happens_stays_through_an_hour_forward(
    make_service: MakeService, clock: Path
) -> None:
    service = make_service("postgresql")
    under(service.processes[0], clock)
    service.start()
    idle = HTTPConnection(httpx.URL(service.urls[0]).netloc.decode())
    try:
        assert status(idle) == 200
        set_to(clock, "+3600s")
        jumped = datetime.now(UTC) + timedelta(hours=1)
        wait_until(lambda: time_of_day(service.urls[0]) > jumped + LOOKED_AT, "the server has looked at it")
        assert status(idle) == 200
    finally:
        idle.close()


def status(connection: HTTPConnection) -> int:
    connection.request("GET", "/v2.0")
    answer = connection.getresponse()
    answer.read()
    return answer.status


def time_of_day(url: str) -> datetime:
    return parsedate_to_datetime(httpx.get(f"{url}/v2.0", trust_env=False).headers["Date"])
