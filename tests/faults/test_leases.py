"""Relays that lose their lease, or find it gone: one publishes at a time, and none stays away for long."""

import time

import pytest
from announcing_service import AnnouncingService

from faults.conftest import MakeService
from faults.load import Load
from faults.report import Report
from history.changes import Kind
from servers.api_process import ApiProcess
from servers.processes import wait_until

LEASE_SECONDS = 5
PROCESSES = 3


@pytest.fixture
def service(make_service: MakeService, kind: str) -> AnnouncingService:
    """Three processes, each with its relay."""
    return make_service(kind, processes=PROCESSES, settings={"relay.lease": str(LEASE_SECONDS)})


def holder(service: AnnouncingService) -> ApiProcess:
    """Return the process whose relay has taken the lease last."""
    found: list[ApiProcess] = []

    def known() -> bool:
        found[:] = [process for process in service.processes if _holds(process)]
        return len(found) == 1

    wait_until(known, "one relay has the lease", 20)
    return found[0]


def _holds(process: ApiProcess) -> bool:
    log = process.log_file.read_text(encoding="utf-8")
    return log.rfind("relay took the lease") > max(log.rfind("relay stands by"), log.rfind("serving address="))


def test_a_holder_that_is_stopped_for_longer_than_its_lease(
    service: AnnouncingService, kind: str, report: Report
) -> None:
    service.start()
    stopped = holder(service)
    others = [process for process in service.processes if process is not stopped]
    load = Load(service, f"stopped holder {kind}", urls=[process.url for process in others])
    load.start()
    load.wait_for_changes(50)
    stopped.pause()
    load.wait_for_changes(50)
    wait_until(lambda: any(map(_holds, others)), "another relay has the lease", 30)
    stopped.resume()
    load.wait_for_changes(50)
    report.hold(f"SIGSTOP of the lease holder until another has the lease, {kind}", load.verdict())


def test_all_relays_start_at_once_on_a_backlog(
    make_service: MakeService, service: AnnouncingService, kind: str, report: Report
) -> None:
    # No relay: what its writers change waits for the three.
    alone = make_service(kind, url=service.database_url, settings={"relay.enabled": "false", **topics(service)})
    alone.start()
    load = Load(service, f"at once {kind}", urls=alone.urls)
    load.start()
    load.wait_for_changes(200)
    for process in service.processes:
        process.process.start()
    for process in service.processes:
        process.process.wait_ready(process.answers)
    load.wait_for_changes(50)
    report.hold(f"{PROCESSES} relays start at once on a backlog, {kind}", load.verdict())


def topics(service: AnnouncingService) -> dict[str, str]:
    """Return the settings that lead another service to the topics of *service*."""
    return {
        "messages.stream_definitions_topic": service.stream_definitions_topic,
        "messages.transforms_topic": service.transforms_topic,
        "messages.events_topic": service.events_topic,
    }


@pytest.mark.core
def test_a_killed_holder_is_followed_soon_after_its_lease(
    service: AnnouncingService, kind: str, report: Report
) -> None:
    service.start()
    load = Load(service, f"killed holder {kind}", writers=3)
    load.start()
    load.wait_for_changes(30)
    killed = holder(service)
    heir = next(process for process in service.processes if process is not killed)
    with service.reader() as reader:
        killed.kill()
        began = time.monotonic()
        reader.wait_for_key(load.create(Kind.TRANSFORM, heir.url))
        seconds = time.monotonic() - began
    killed.start()
    report.hold(f"SIGKILL of the lease holder, followed after {seconds:.1f} s, {kind}", load.verdict())
    # Two seconds after the lease where the machine has nothing else to do.
    assert seconds < 2 * LEASE_SECONDS


def test_a_relay_whose_lease_is_short_leaves_the_long_one_of_another_to_it(
    make_service: MakeService, kind: str, report: Report
) -> None:
    long = make_service(kind, settings={"relay.lease": "30"})
    short = make_service(kind, url=long.database_url, settings={"relay.lease": str(LEASE_SECONDS), **topics(long)})
    long.start()
    assert holder(long) is long.processes[0]
    short.start()
    load = Load(long, f"two lengths {kind}", urls=[*long.urls, *short.urls])
    load.start()
    load.wait_for_changes(100)
    assert "relay took the lease" not in short.processes[0].log_file.read_text(encoding="utf-8")
    report.hold(f"relay.lease 30 on one host, {LEASE_SECONDS} on the other, {kind}", load.verdict())
