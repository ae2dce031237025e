"""Twenty writers on one definition, while connections are ended under their transactions and processes killed."""

from sqlalchemy import make_url

from faults.conftest import MakeService, Server
from faults.load import Load, ReplacingWriter
from faults.locks import end_connections
from faults.report import Report
from faults.seeds import chance
from history.changes import Kind

WRITERS = 20
ROUNDS = 6


def test_twenty_writers_on_one_definition(make_service: MakeService, server: Server, kind: str, report: Report) -> None:
    service = make_service(kind, processes=3, settings={"relay.lease": "5"})
    service.start()
    load = Load(service, f"one definition {kind}", writers=WRITERS, kind=ReplacingWriter)
    load.create(Kind.STREAM_DEFINITION)
    load.start()
    dice = chance(f"one definition {kind}")
    aborted = 0
    for number in range(ROUNDS):
        load.wait_for_changes(dice.randint(5, 60))
        if number % 2:
            aborted += end_connections(server, make_url(service.database_url).database or "")
        else:
            process = dice.choice(service.processes)
            process.kill()
            process.start()
    load.wait_for_changes(20)
    killed = ROUNDS // 2
    fault = f"20 writers on one, {aborted} connections ended, {killed} x SIGKILL, {kind}"
    report.hold(fault, load.verdict())
