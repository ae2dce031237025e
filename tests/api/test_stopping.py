"""SIGTERM: requests in hand are answered, then the service stops (contract 2; decided here)."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.examples import event, transform, unique
from api.raw_http import post, read_answer
from api.running_service import EVENTS, TRANSFORMS, RunningService, Tenant
from monasca_events_api.serving.worker import DRAIN_SECONDS
from servers.processes import wait_until


@pytest.fixture(scope="module")
def own(database: tuple[Path, str], service: RunningService) -> Iterator[RunningService]:
    """A service that nobody else uses, on the database of *service*."""
    assert service.url
    folder, url = database
    service = RunningService(folder, url)
    service.start()
    yield service
    service.stop()


class Load:
    """Clients that create transforms and post events until the service is gone."""

    def __init__(self, service: RunningService) -> None:
        self.tenant = service.tenant(unique("tenant"))
        self.created: list[str] = []
        self.events: list[str] = []
        self.statuses: set[int] = set()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(8)]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()
        self.tenant.close()

    def _work(self, number: int) -> None:
        while True:
            try:
                self._ask(number)
            except httpx.TransportError:
                return

    def _ask(self, number: int) -> None:
        with self.tenant.service.tenant(self.tenant.id) as tenant:
            if number % 2:
                body = transform(name=unique("load"))
                answer = tenant.post_json(TRANSFORMS, body)
                self.created += [body["name"]] if answer.is_success else []
            else:
                posted = event()
                answer = tenant.post_json(EVENTS, posted)
                self.events += [posted["message_id"]] if answer.is_success else []
            self.statuses.add(answer.status_code)


@pytest.fixture(scope="module")
def stopped_under_load(own: RunningService) -> Load:
    """The load that was on a service when it got its SIGTERM."""
    load = Load(own)
    wait_until(lambda: len(load.created) > 10 and len(load.events) > 10, "the load is on")
    own.stop()
    load.join()
    return load


def test_under_load_every_answer_is_a_success(stopped_under_load: Load) -> None:
    assert stopped_under_load.statuses == {200, 204}


def test_what_was_done_was_answered_stored_and_announced(stopped_under_load: Load, service: RunningService) -> None:
    with service.tenant(stopped_under_load.tenant.id) as tenant:
        stored = [each["name"] for each in tenant.all(TRANSFORMS)]
        announced = [each.value["transform_definition"]["name"] for each in tenant.announced("transform-definitions")]
        events = [each.value["event"]["message_id"] for each in tenant.announced("raw-events")]
    assert sorted(stored) == sorted(announced) == sorted(stopped_under_load.created)
    assert sorted(events) == sorted(stopped_under_load.events)


def test_a_request_that_has_begun_is_answered_before_it_stops(own: RunningService) -> None:
    own.start()
    body = json.dumps(event()).encode()
    with socket.create_connection(own.address) as connection:
        connection.sendall(post(EVENTS, body)[:-10])
        wait_until(lambda: _has_read(own, connection), "the service has read what was sent")
        stopping = threading.Thread(target=own.stop)
        stopping.start()
        wait_until(lambda: not _listens(own), "it takes nobody new")
        connection.sendall(body[-10:])
        status = read_answer(connection).status
    stopping.join()
    assert status == 204


def test_it_stops_at_once_when_nobody_asks(own: RunningService) -> None:
    own.start()
    started = time.monotonic()
    own.stop()
    assert time.monotonic() - started < DRAIN_SECONDS / 2


def test_another_process_goes_on_with_the_announcements(own: RunningService, api: Tenant) -> None:
    own.start()
    own.stop()
    api.create(TRANSFORMS, transform())
    assert len(api.announced("transform-definitions")) == 1


def _has_read(service: RunningService, connection: socket.socket) -> bool:
    """Say whether nothing of what *connection* sent waits in the service's receive queue."""
    here = f"{connection.getsockname()[1]:04X}"
    there = f"{service.address[1]:04X}"
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        if local.endswith(f":{there}") and remote.endswith(f":{here}"):
            return queues.endswith(":00000000")
    return False


def _listens(service: RunningService) -> bool:
    try:
        socket.create_connection(service.address).close()
    except ConnectionError:
        return False
    return True
