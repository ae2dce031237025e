"""``monasca-events republish`` while everything changes: it never overtakes a change (contract 2 and 3)."""

from faults.conftest import MakeService
from faults.load import Load
from faults.report import Report

TIMES = 3


def test_republished_during_updates(make_service: MakeService, kind: str, report: Report) -> None:
    service = make_service(kind, processes=2)
    service.start()
    load = Load(service, f"republish {kind}")
    load.start()
    load.wait_for_changes(100)
    for _ in range(TIMES):
        service.processes[0].command("monasca-events", "republish", str(service.processes[0].ini))
    verdict = load.verdict()
    report.hold(f"{TIMES} x republish during updates, {kind}", verdict)
