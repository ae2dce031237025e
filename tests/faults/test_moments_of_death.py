"""SIGKILL of the service at each of the moments between a request and the end of its announcement."""

import pytest
from announcing_service import AnnouncingService

from faults.conftest import MakeService, Server
from faults.load import Load
from faults.locks import LEASE, OUTBOX, locked, wait_for_waiting
from faults.proxy import Proxy
from faults.report import Report
from servers.processes import wait_until

ROUNDS = 3
QUICK_LEASE = {"relay.lease": "5"}


@pytest.fixture
def load(make_service: MakeService, kind: str, proxy: Proxy) -> Load:
    """Writers on one process that reaches its database through *proxy*."""
    service = make_service(kind, url=proxy.url, settings=QUICK_LEASE)
    service.start()
    load = Load(service, f"death {kind}", writers=4)
    load.start()
    return load


def kill_and_start(service: AnnouncingService) -> None:
    service.processes[0].kill()
    service.processes[0].start()


def test_killed_before_the_commit(load: Load, proxy: Proxy, kind: str, report: Report) -> None:
    for _ in range(ROUNDS):
        commit = proxy.plan(b"COMMIT", hold=True)
        commit.wait()
        load.service.processes[0].kill()
        proxy.let_go()
        load.service.processes[0].start()
        load.wait_for_changes(20)
    report.hold(f"{ROUNDS} x SIGKILL before the commit, {kind}", load.verdict())


def test_killed_between_the_commit_and_its_answer(load: Load, proxy: Proxy, kind: str, report: Report) -> None:
    for _ in range(ROUNDS):
        commit = proxy.plan(b"COMMIT", after=True, hold=True)
        commit.wait()
        load.service.processes[0].kill()
        proxy.let_go()
        load.service.processes[0].start()
        load.wait_for_changes(20)
    report.hold(f"{ROUNDS} x SIGKILL between commit and answer, {kind}", load.verdict())


def test_killed_between_the_commit_and_the_sending(load: Load, server: Server, kind: str, report: Report) -> None:
    for _ in range(ROUNDS):
        with locked(load.service.database_url, LEASE):
            # A relay that cannot renew its lease sends nothing, and changes are answered as ever.
            wait_for_waiting(server, LEASE)
            load.wait_for_changes(5)
            load.service.processes[0].kill()
        load.service.processes[0].start()
        load.wait_for_changes(20)
    report.hold(f"{ROUNDS} x SIGKILL between commit and sending, {kind}", load.verdict())


def test_killed_between_the_acknowledgement_and_the_removal(
    load: Load, proxy: Proxy, kind: str, report: Report
) -> None:
    for _ in range(ROUNDS):
        # After a start the removal is seen as text: later it may be a prepared statement.
        load.service.processes[0].kill()
        removal = proxy.plan(b"DELETE FROM outbox", hold=True)
        load.service.processes[0].start()
        removal.wait()
        load.service.processes[0].kill()
        proxy.let_go()
        load.service.processes[0].start()
        load.wait_for_changes(20)
    verdict = load.verdict()
    report.hold(f"{ROUNDS} x SIGKILL between acknowledgement and removal, {kind}", verdict)
    assert verdict.repeated >= ROUNDS


def test_killed_during_the_removal(load: Load, server: Server, kind: str, report: Report) -> None:
    for _ in range(ROUNDS):
        with locked(load.service.database_url, LEASE):
            wait_for_waiting(server, LEASE)
            load.wait_for_changes(5)
            waiting = locked(load.service.database_url, OUTBOX)
            waiting.__enter__()
        wait_for_waiting(server, "DELETE FROM outbox")
        load.service.processes[0].kill()
        waiting.__exit__(None, None, None)
        load.service.processes[0].start()
        load.wait_for_changes(20)
    report.hold(f"{ROUNDS} x SIGKILL during the removal, {kind}", load.verdict())
