"""Cost against what is stored, and against the size of a body: what the plots show."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from measuring.cases import Case, Ids, events, events_case, get_one, get_page, post_stream_definition
from measuring.comparison import Effort, Measured, measure, middle, warm_up
from measuring.filling import fill, some_ids, stored_bytes
from measuring.floors import KafkaFloor
from measuring.load import Load
from measuring.plans import plans
from measuring.system import TENANT, Machinery, Target, service
from monasca_events_api.storage.sessions import Database

ROWS = (100, 10_000, 1_000_000)
EVENTS = (1, 3, 10, 30, 100, 300, 1000)
IDS = 200

GROWTH_CASES = (
    Case("GET by id", get_one),
    Case("GET page of 50", get_page),
    Case("POST stream definition", post_stream_definition, changes=True),
)


def by_rows(machinery: Machinery, kind: str, rows: Sequence[int], effort: Effort) -> Iterator[dict[str, Any]]:
    """Measure on one database that grows; give for each number of rows what it cost, and the query plans."""
    target = service(machinery, kind, "none")
    database = Database(target.database_url)
    already = 0
    for number in rows:
        fill(database, number, already)
        already = number
        size = stored_bytes(database)
        target.start()
        ids = {"stream-definitions": some_ids(database, TENANT, IDS)}
        measured = [_at_one(machinery.folder, target, case, ids, effort) for case in GROWTH_CASES]
        target.stop()
        # The end of the list is where a bad plan shows.
        one = {"stream-definitions": ids["stream-definitions"][-1:]}
        requests = {case.name: case.request("/v2.0", one) for case in GROWTH_CASES}
        found = plans(target.ini, database, requests)
        yield {"database": kind, "rows": number, "bytes": size, "measured": measured, "plans": found}
    database.dispose()


def by_body(folder: Path, target: Target, floor: KafkaFloor, effort: Effort) -> Iterator[dict[str, Any]]:
    """Measure ``POST /v2.0/events`` with few and with many events, the library's own cost beside it."""
    for number in EVENTS:
        request = events(number, f"{target.path}/v2.0")
        case = events_case(number)
        measured = _at_one(folder, target, case, {}, effort)
        least = floor.measure(number, effort.seconds)
        yield {"events": number, "bytes": request.bytes, "measured": measured, "floor_cpu": least["cpu"] * 1000}


def _at_one(folder: Path, target: Target, case: Case, ids: Ids, effort: Effort) -> Measured:
    load = Load(folder, target.url, [case.request(f"{target.path}/v2.0", ids)], target.headers)
    warm_up(target, load, 1)
    return middle([measure(target, case, load, 1, effort.seconds) for _ in range(effort.rounds)])
