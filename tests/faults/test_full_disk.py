"""No room for SQLite's files: changes are refused with 503, none is half done, and it goes on when there is room."""

import resource
from pathlib import Path

from sqlalchemy import make_url

from api.examples import transform
from faults.conftest import MakeService
from faults.load import Load
from faults.report import Report
from servers.processes import wait_until


def test_no_room_for_the_database(make_service: MakeService, report: Report) -> None:
    service = make_service("sqlite")
    service.start()
    load = Load(service, "disk", writers=3)
    load.start()
    load.wait_for_changes(30)
    pid = service.processes[0].pid
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    # Every write beyond the size that the largest file has now fails, as it does on a disk without room; no
    # file system has to be mounted for that.
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size(service.database_url), limits[1]))
    unknown = load.unknown
    wait_until(lambda: load.unknown > unknown + 20, "there is no room", 30)
    with service.client() as client:
        answer = client.send_json("POST", "transforms", transform())
    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
    load.wait_for_changes(30)
    report.hold("no room for SQLite's files", load.verdict())
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def size(database_url: str) -> int:
    """Return the size of the largest file of the database."""
    file = Path(make_url(database_url).database or "")
    return max(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))
