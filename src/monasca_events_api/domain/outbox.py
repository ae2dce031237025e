"""What an operator can do with the outbox, and when it is not well (contract 1, healthcheck; 2, Definitions)."""

import time
from collections.abc import Sequence

from monasca_events_api.errors import NotFound, Unavailable
from monasca_events_api.storage import outbox
from monasca_events_api.storage.outbox import AsideMessage, Backlog
from monasca_events_api.storage.sessions import Database

LATE_SECONDS = 60


def check(database: Database) -> None:
    """Raise Unavailable when records are set aside, or wait for longer than a minute."""
    with database.immediate() as connection:
        backlog = outbox.backlog(connection)
        aside = outbox.list_set_aside(connection, limit=1) if backlog.set_aside else []
    troubles = [f"{backlog.set_aside} set aside, the first because: {row.reason}" for row in aside]
    if backlog.oldest is not None and time.time() - backlog.oldest > LATE_SECONDS:
        troubles.append(f"{backlog.waiting} waiting, the oldest for {int(time.time() - backlog.oldest)} s")
    if troubles:
        raise Unavailable("; ".join(troubles))


def backlog(database: Database) -> Backlog:
    """Return what waits, and what is set aside. Raises Unavailable."""
    with database.immediate() as connection:
        return outbox.backlog(connection)


def set_aside(database: Database) -> list[AsideMessage]:
    """Return the records set aside, by position, the first thousand of them. Raises Unavailable."""
    with database.immediate() as connection:
        return outbox.list_set_aside(connection)


def retry(database: Database, positions: Sequence[int]) -> None:
    """Let records set aside wait for Kafka again, behind all that waits now; all of *positions* or none.

    Raises NotFound when one of them is not set aside, Unavailable.
    """
    with database.transaction() as transaction:
        _require([position for position in positions if not outbox.retry(transaction, position)])


def discard(database: Database, positions: Sequence[int]) -> None:
    """Forget records set aside, for good; all of *positions* or none.

    Raises NotFound when one of them is not set aside, Unavailable.
    """
    with database.transaction() as transaction:
        _require([position for position in positions if not outbox.discard(transaction, position)])


def _require(missing: Sequence[int]) -> None:
    if missing:
        raise NotFound(f"No record is set aside at {', '.join(map(str, missing))}; nothing was done")
