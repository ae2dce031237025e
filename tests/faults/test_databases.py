"""Databases that end, and connections that are cut, under load: an outcome may be unknown, it is never wrong."""

import pytest

from faults.conflicts import Conflicts
from faults.conftest import MakeService, Server
from faults.deadlocks import Adversary
from faults.load import Load
from faults.proxy import Proxy
from faults.report import Report
from history.changes import Kind
from servers.processes import wait_until

ROUNDS = 2
CUTS = 5
QUICK_LEASE = {"relay.lease": "5"}
MORE = 30


def started(make_service: MakeService, kind: str, name: str, *, url: str = "", processes: int = 1) -> Load:
    """Return writers that change definitions of a new service."""
    service = make_service(kind, url=url, processes=processes, settings=QUICK_LEASE)
    service.start()
    load = Load(service, f"{name} {kind}", writers=4)
    load.start()
    load.wait_for_changes(MORE)
    return load


def test_the_database_is_restarted(make_service: MakeService, server: Server, kind: str, report: Report) -> None:
    load = started(make_service, kind, "restart", processes=2)
    for _ in range(ROUNDS):
        server.restart()
        load.wait_for_changes(MORE)
    report.hold(f"{ROUNDS} x database restarted, {kind}", load.verdict())


def test_the_database_is_killed(make_service: MakeService, server: Server, kind: str, report: Report) -> None:
    load = started(make_service, kind, "killed database", processes=2)
    for _ in range(ROUNDS):
        server.kill()
        unknown = load.unknown
        wait_until(lambda unknown=unknown: load.unknown > unknown, "somebody has noticed", 30)
        server.start()
        load.wait_for_changes(MORE)
    report.hold(f"{ROUNDS} x database SIGKILLed, {kind}", load.verdict())


def cut_at_the_commit(load: Load, proxy: Proxy, *, after: bool) -> None:
    for _ in range(CUTS):
        proxy.plan_at_commit(after=after).wait()
        load.wait_for_changes(5)


@pytest.mark.core
def test_cut_before_the_commit_arrives(make_service: MakeService, proxy: Proxy, kind: str, report: Report) -> None:
    load = started(make_service, kind, "before", url=proxy.url)
    cut_at_the_commit(load, proxy, after=False)
    report.hold(f"{CUTS} x connection cut before COMMIT arrives, {kind}", load.verdict())
    assert load.unknown == CUTS


@pytest.mark.core
def test_cut_before_the_commit_is_answered(make_service: MakeService, proxy: Proxy, kind: str, report: Report) -> None:
    load = started(make_service, kind, "after", url=proxy.url)
    cut_at_the_commit(load, proxy, after=True)
    report.hold(f"{CUTS} x connection cut after COMMIT, {kind}", load.verdict())
    assert load.unknown == CUTS


def test_all_connections_are_cut(make_service: MakeService, proxy: Proxy, kind: str, report: Report) -> None:
    load = started(make_service, kind, "all", url=proxy.url)
    number = 0
    for _ in range(CUTS):
        number += proxy.cut_all()
        load.wait_for_changes(10)
    report.hold(f"{number} connections cut at any moment, {kind}", load.verdict())


def test_cut_while_the_relay_removes(make_service: MakeService, proxy: Proxy, kind: str, report: Report) -> None:
    service = make_service(kind, url=proxy.url, settings=QUICK_LEASE)
    service.start()
    load = Load(service, f"removal {kind}", writers=4)
    load.start()
    # A new connection each, so the statement comes by as text; the second half is carried out, and not answered.
    for number in range(2 * ROUNDS):
        removal = proxy.plan(b"DELETE FROM outbox", after=number >= ROUNDS)
        proxy.cut_all()
        removal.wait()
        load.wait_for_changes(10)
    report.hold(f"{2 * ROUNDS} x connection cut at the removal, {kind}", load.verdict())


def test_deadlocks(make_service: MakeService, server: Server, kind: str, report: Report) -> None:
    service = make_service(kind, settings=QUICK_LEASE)
    service.start()
    load = Load(service, f"deadlocks {kind}", writers=6)
    for each in Kind:
        load.create(each)
    load.start()
    adversary = Adversary(server, service.database_url)
    adversary.run_until_deadlocks(5)
    report.hold(f"{adversary.deadlocks} deadlocks, {kind}", load.verdict())
    # Who waits for a lock until the time-out is told so, and the log says it; who runs into a deadlock only waits.
    assert load.unknown == service.processes[0].log_file.read_text().count("database unavailable")


def test_serialization_failures(make_service: MakeService, kind: str, report: Report) -> None:
    load = started(make_service, kind, "conflicts")
    conflicts = Conflicts(load.service.database_url)
    load.wait_for_changes(100)
    load.stop()
    forced = conflicts.end()
    report.hold(f"{forced} serialization failures, {kind}", load.verdict())
    assert forced > 20
