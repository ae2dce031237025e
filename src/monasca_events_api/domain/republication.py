"""Announcing every stored definition again, for a consumer that starts with an empty topic (contract 3)."""

from collections.abc import Iterator
from functools import partial

from monasca_events_api.domain.definitions import republish
from monasca_events_api.domain.kinds import Kind
from monasca_events_api.storage.attempts import in_transaction
from monasca_events_api.storage.definitions import StoredDefinition
from monasca_events_api.storage.sessions import Database, Transaction

BATCH = 50
"""How many definitions are locked at a time: whoever changes one of them waits for the whole batch."""


def republish_all(database: Database, kind: Kind, tenant_id: str | None, request_id: str) -> Iterator[int]:
    """Announce every definition of *kind*, of one tenant or of all (None); yield the number done so far.

    Each batch is a transaction. Raises Unavailable.
    """
    done = 0
    batch = _behind(database, kind, tenant_id, 0)
    while batch:
        in_transaction(database, partial(_announce, kind=kind, batch=batch, request_id=request_id))
        done += len(batch)
        yield done
        batch = _behind(database, kind, tenant_id, batch[-1].position)


def _behind(database: Database, kind: Kind, tenant_id: str | None, position: int) -> list[StoredDefinition]:
    with database.immediate() as connection:
        return kind.definitions.behind(connection, position, BATCH, tenant_id)


def _announce(transaction: Transaction, kind: Kind, batch: list[StoredDefinition], request_id: str) -> None:
    for stored in batch:
        republish(transaction, kind, stored.tenant_id, stored.id, request_id)
