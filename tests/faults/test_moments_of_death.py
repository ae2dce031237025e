"""The end of the service at each of the moments between a request and the end of its announcement."""

from contextlib import ExitStack

import pytest

from faults.conftest import MakeService, Server
from faults.load import Load
from faults.locks import LEASE, OUTBOX, locked, wait_for_waiting
from faults.proxy import Proxy
from faults.report import Report

ROUNDS = 2
QUICK_LEASE = {"relay.lease": "5"}
MORE = 20


@pytest.fixture
def load(make_service: MakeService, kind: str, proxy: Proxy) -> Load:
    """Writers on one process that reaches its database through *proxy*."""
    service = make_service(kind, url=proxy.url, settings=QUICK_LEASE)
    service.start()
    load = Load(service, f"death {kind}", writers=4)
    load.start()
    return load


def kill_at_the_commit(load: Load, proxy: Proxy, *, after: bool) -> None:
    (process,) = load.service.processes
    for _ in range(ROUNDS):
        proxy.plan_at_commit(after=after, hold=True).wait()
        process.kill()
        proxy.let_go()
        process.start()
        load.wait_for_changes(MORE)


def test_killed_before_the_commit(load: Load, proxy: Proxy, kind: str, report: Report) -> None:
    kill_at_the_commit(load, proxy, after=False)
    report.hold(f"{ROUNDS} x SIGKILL before the commit, {kind}", load.verdict())


def test_killed_between_the_commit_and_its_answer(load: Load, proxy: Proxy, kind: str, report: Report) -> None:
    kill_at_the_commit(load, proxy, after=True)
    report.hold(f"{ROUNDS} x SIGKILL between commit and answer, {kind}", load.verdict())


@pytest.mark.core
def test_killed_between_the_commit_and_the_sending(load: Load, server: Server, kind: str, report: Report) -> None:
    (process,) = load.service.processes
    for _ in range(ROUNDS):
        with locked(load.service.database_url, LEASE):
            # A relay that cannot renew its lease sends nothing, and changes are answered as ever.
            wait_for_waiting(server, LEASE)
            load.wait_for_changes(5)
            process.kill()
        process.start()
        load.wait_for_changes(MORE)
    report.hold(f"{ROUNDS} x SIGKILL between commit and sending, {kind}", load.verdict())


@pytest.mark.core
def test_killed_between_the_acknowledgement_and_the_removal(
    load: Load, proxy: Proxy, kind: str, report: Report
) -> None:
    (process,) = load.service.processes
    for _ in range(ROUNDS):
        # The removal is seen as text after a start: later it may be a prepared statement.
        process.kill()
        removal = proxy.plan(b"DELETE FROM outbox", hold=True)
        process.start()
        removal.wait()
        process.kill()
        proxy.let_go()
        process.start()
        load.wait_for_changes(MORE)
    verdict = load.verdict()
    report.hold(f"{ROUNDS} x SIGKILL between acknowledgement and removal, {kind}", verdict)
    assert verdict.repeated >= ROUNDS


def test_killed_during_the_removal(load: Load, server: Server, kind: str, report: Report) -> None:
    (process,) = load.service.processes
    for _ in range(ROUNDS):
        with ExitStack() as rows:
            with locked(load.service.database_url, LEASE):
                wait_for_waiting(server, LEASE)
                load.wait_for_changes(5)
                rows.enter_context(locked(load.service.database_url, OUTBOX))
            wait_for_waiting(server, "DELETE FROM outbox")
            process.kill()
        process.start()
        load.wait_for_changes(MORE)
    report.hold(f"{ROUNDS} x SIGKILL during the removal, {kind}", load.verdict())


def test_told_to_end_under_load(load: Load, kind: str, report: Report) -> None:
    (process,) = load.service.processes
    for _ in range(ROUNDS):
        process.restart()
        load.wait_for_changes(MORE)
    report.hold(f"{ROUNDS} x SIGTERM under load, {kind}", load.verdict())
