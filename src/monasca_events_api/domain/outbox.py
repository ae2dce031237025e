"""What an operator can do with the outbox, and when it is not well (contract 1, healthcheck; 2, Definitions)."""

import time

from monasca_events_api.errors import Unavailable
from monasca_events_api.storage import outbox
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
