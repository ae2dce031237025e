"""Messages in local files, where somebody else writes and removes, too (contract 3, development.ini)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.examples import event
from api.running_service import EVENTS, RAW_EVENTS, RunningService, Tenant


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
