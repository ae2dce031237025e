"""Messages in local files, where somebody else writes and removes, too (contract 3, development.ini)."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.examples import event
from api.running_service import EVENTS, RAW_EVENTS, RunningService, Tenant
from monasca_events_api.errors import Unavailable
from monasca_events_api.messaging.files import FilePublisher
from monasca_events_api.messaging.publisher import Message


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Tenant]:
    service = RunningService(tmp_path, f"sqlite:///{tmp_path}/monasca-events.sqlite")
    service.migrate()
    service.start()
    with service.tenant(None) as tenant:
        yield tenant
    service.stop()


def posted_at(api: Tenant) -> int:
    """Post an event and return in which line of the file it is, by the receipt."""
    answer = api.post(EVENTS, json=event(), headers={"Prefer": "return=representation"})
    return int(answer.json()["elements"][0]["offset"])


def test_a_receipt_counts_the_lines_of_others(alone: Tenant) -> None:
    posted_at(alone)
    with alone.service.topics[RAW_EVENTS].file.open("a", encoding="utf-8") as file:
        file.write("{}\n{}\n")
    assert posted_at(alone) == 3


def test_a_file_that_was_removed_begins_anew(alone: Tenant) -> None:
    posted_at(alone)
    alone.service.topics[RAW_EVENTS].file.unlink()
    assert posted_at(alone) == 0


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let this process write no file beyond so many bytes, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_of_what_does_not_fit_on_the_disk_nothing_stays(tmp_path: Path) -> None:
    publisher = FilePublisher(tmp_path)
    file = tmp_path / "topic.jsonl"

    def publish(value: bytes) -> None:
        publisher.publish([Message("topic", b"key", value, [])])

    publish(b"1")
    with largest_file(file.stat().st_size + 20), pytest.raises(Unavailable):
        publish(b"2")
    publish(b"3")
    assert [json.loads(line)["value"] for line in file.read_text().splitlines()] == [1, 3]
