"""What becomes of records set aside when an operator retries them: the last one of a key tells its present state."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from announcing_service import PRODUCTION

from api.examples import stream_definition, transform
from monasca_events_api.domain import definitions
from monasca_events_api.domain import outbox as records
from monasca_events_api.domain.kinds import Kind, kinds
from monasca_events_api.errors import NotFound, Unavailable
from monasca_events_api.settings import read_settings
from monasca_events_api.storage import outbox
from monasca_events_api.storage.outbox import NewMessage, WaitingMessage
from monasca_events_api.storage.sessions import Database

BOTH = kinds(read_settings({"sqlalchemy.url": "sqlite://", "messages.publisher": "files"}))
TENANT = "tenant"


class Tenant:
    """A tenant with one definition, whose announcements the test publishes or sets aside."""

    def __init__(self, database: Database, kind: Kind) -> None:
        self.database = database
        self._kind = kind
        body = stream_definition() if kind is BOTH.stream_definition else transform()
        with database.transaction() as transaction:
            self.key = definitions.create(transaction, kind, TENANT, body, "req-1").id

    def change(self, description: str = "changed") -> None:
        with self.database.transaction() as transaction:
            definitions.change(
                transaction,
                self._kind,
                TENANT,
                self.key,
                lambda fields: {**fields, "description": description},
                lambda _revision: True,
                "req-2",
            )

    def delete(self) -> None:
        with self.deleting():
            pass

    @contextmanager
    def deleting(self) -> Iterator[None]:
        """Delete the definition, and commit that at the end of the ``with``."""
        with self.database.transaction() as transaction:
            definitions.delete(transaction, self._kind, TENANT, self.key, lambda _revision: True, "req-3")
            yield

    def waiting(self) -> list[WaitingMessage]:
        with self.database.immediate() as connection:
            return outbox.waiting(connection, 0)

    def publish(self) -> None:
        """Let Kafka take all that waits."""
        with self.database.immediate() as connection:
            outbox.remove(connection, [row.position for row in outbox.waiting(connection, 0)])

    def set_aside(self) -> list[int]:
        """Let all that waits be too large; return its positions."""
        positions = [row.position for row in self.waiting()]
        with self.database.transaction() as transaction:
            for position in positions:
                outbox.set_aside(transaction, position, "too large")
        return positions

    def retry(self, *positions: int) -> list[int]:
        """Retry records; return the positions of those that were outdated."""
        return records.retry(self.database, positions)

    def set_aside_still(self) -> list[int]:
        return [row.position for row in records.list_set_aside(self.database)]


@pytest.fixture(params=["stream_definition", "transform"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = getattr(BOTH, request.param)
    return found


@pytest.fixture
def tenant(database: Database, kind: Kind) -> Tenant:
    return Tenant(database, kind)


@pytest.fixture
def stream_tenant(database: Database) -> Tenant:
    """One whose updates are two records: the old one deleted, the new one created."""
    return Tenant(database, BOTH.stream_definition)


def told(rows: list[WaitingMessage]) -> list[tuple[int, bool]]:
    """Return of each record its revision, and whether it says that there is such a definition."""
    return [(int(json.loads(row.headers)["revision"]), is_there(json.loads(str(row.value)))) for row in rows]


def is_there(value: dict[str, Any]) -> bool:
    return bool(value.get("stream-definition-created") or value.get("transform_definition"))


def test_the_newest_record_waits_again_as_it_was(tenant: Tenant) -> None:
    (before,) = tenant.waiting()
    assert tenant.retry(*tenant.set_aside()) == []
    (after,) = tenant.waiting()
    assert after._replace(position=before.position) == before
    assert tenant.set_aside_still() == []


def test_a_deleted_definition_does_not_come_back(tenant: Tenant) -> None:
    created = tenant.set_aside()
    tenant.delete()
    assert tenant.retry(*created) == created
    assert told(tenant.waiting()) == [(2, False)]
    assert tenant.set_aside_still() == []


def test_an_update_of_a_deleted_definition_does_not_bring_it_back(tenant: Tenant) -> None:
    tenant.publish()
    tenant.change()
    updated = tenant.set_aside()
    tenant.delete()
    tenant.publish()
    assert tenant.retry(*updated) == updated
    assert tenant.waiting() == []


def test_a_deletion_is_always_the_newest(tenant: Tenant) -> None:
    tenant.publish()
    tenant.delete()
    assert tenant.retry(*tenant.set_aside()) == []
    assert told(tenant.waiting()) == [(2, False)]


def test_an_older_revision_does_not_come_behind_a_newer_one(tenant: Tenant) -> None:
    created = tenant.set_aside()
    tenant.change()
    tenant.publish()
    assert tenant.retry(*created) == created
    assert tenant.waiting() == []


def test_an_older_revision_is_outdated_also_while_the_newer_one_is_set_aside(tenant: Tenant) -> None:
    created = tenant.set_aside()
    tenant.change()
    updated = tenant.set_aside()
    assert tenant.retry(*created) == created
    assert tenant.set_aside_still() == updated


def test_in_whichever_order_they_are_named_the_newest_one_is_the_last(tenant: Tenant) -> None:
    created = tenant.set_aside()
    tenant.change()
    updated = tenant.set_aside()
    assert tenant.retry(*reversed([*created, *updated])) == created
    assert told(tenant.waiting())[-1] == (2, True)


def test_an_update_in_two_records_waits_again_in_their_order(stream_tenant: Tenant) -> None:
    stream_tenant.publish()
    stream_tenant.change()
    gone, there = stream_tenant.set_aside()
    assert stream_tenant.retry(there, gone) == []
    assert told(stream_tenant.waiting()) == [(2, False), (2, True)]


def test_the_second_record_of_an_update_waits_again_alone(stream_tenant: Tenant) -> None:
    stream_tenant.publish()
    stream_tenant.change()
    gone, there = stream_tenant.set_aside()
    stream_tenant.retry(gone)
    stream_tenant.publish()
    assert stream_tenant.retry(there) == []
    assert told(stream_tenant.waiting()) == [(2, True)]


def test_the_first_record_of_an_update_does_not_come_behind_the_second_one(stream_tenant: Tenant) -> None:
    stream_tenant.publish()
    stream_tenant.change()
    gone, there = stream_tenant.set_aside()
    stream_tenant.retry(there)
    assert stream_tenant.retry(gone) == [gone]
    assert told(stream_tenant.waiting()) == [(2, True)]


@pytest.mark.parametrize("name", PRODUCTION, indirect=True)
def test_a_deletion_that_is_under_way_comes_first(stream_tenant: Tenant) -> None:
    created = stream_tenant.set_aside()
    with stream_tenant.deleting(), pytest.raises(Unavailable):
        stream_tenant.retry(*created)
    assert stream_tenant.retry(*created) == created


def test_when_one_is_not_set_aside_nothing_waits_again_and_nothing_is_forgotten(tenant: Tenant) -> None:
    created = tenant.set_aside()
    tenant.change()
    updated = tenant.set_aside()
    with pytest.raises(NotFound, match="at 999;"):
        tenant.retry(*created, *updated, 999)
    assert tenant.set_aside_still() == [*created, *updated]
    assert tenant.waiting() == []


def test_a_record_that_is_retried_waits_from_then_on(tenant: Tenant) -> None:
    (row,) = tenant.waiting()
    tenant.publish()
    a_day_ago = NewMessage(row.topic, row.key, row.headers, str(row.value), row.size, int(time.time()) - 86_400)
    with tenant.database.transaction() as transaction:
        outbox.add(transaction, [a_day_ago])
    tenant.retry(*tenant.set_aside())
    records.check(tenant.database)
