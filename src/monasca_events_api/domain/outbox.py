"""What an operator can do with the outbox, and when it is not well (contract 1, healthcheck; 2, Definitions)."""

import json
import time
from collections.abc import Collection, Sequence

from monasca_events_api.errors import NotFound, Unavailable
from monasca_events_api.storage import outbox, relay_lease
from monasca_events_api.storage.definitions import STREAM_DEFINITIONS, TRANSFORMS
from monasca_events_api.storage.outbox import AsideMessage, Backlog, NewMessage
from monasca_events_api.storage.sessions import Database, Transaction

LATE_SECONDS = 60
DEFINITIONS = {each.kind: each for each in (STREAM_DEFINITIONS, TRANSFORMS)}


def check(database: Database) -> None:
    """Raise Unavailable when records are set aside, or wait for longer than a minute, or none can be written."""
    with database.immediate() as connection:
        relay_lease.may_write(connection)
        backlog = outbox.backlog(connection)
        aside = outbox.list_set_aside(connection, limit=1) if backlog.set_aside else []
        seconds = 0 if backlog.oldest is None else int(time.time() - backlog.oldest)
        topic = outbox.first_topic(connection) if seconds > LATE_SECONDS else None
    troubles = [f"{backlog.set_aside} set aside, the first because: {row.reason}" for row in aside]
    if topic is not None:
        troubles.append(f"{backlog.waiting} waiting, the oldest for {seconds} s, for topic {topic}")
    if troubles:
        raise Unavailable("; ".join(troubles))


def backlog(database: Database) -> Backlog:
    """Return what waits, and what is set aside. Raises Unavailable."""
    with database.immediate() as connection:
        return outbox.backlog(connection)


def list_set_aside(database: Database) -> list[AsideMessage]:
    """Return the records set aside, by position, the first thousand of them. Raises Unavailable."""
    with database.immediate() as connection:
        return outbox.list_set_aside(connection)


def retry(database: Database, positions: Collection[int]) -> list[int]:
    """Let records set aside wait for Kafka again, behind all that waits now; all of *positions* or none.

    A record that is outdated is forgotten: behind newer ones of its key it would tell consumers a state that is
    past. Return the positions of these. Raises NotFound when one of *positions* is not set aside, Unavailable.
    """
    missing, outdated = [], []
    with database.transaction() as transaction:
        # In the order of the changes that they announce.
        for position in sorted(set(positions)):
            message = outbox.take_set_aside(transaction, position)
            if message is None:
                missing.append(position)
            elif _is_outdated(transaction, message, position):
                outdated.append(position)
            else:
                # What it has waited before says nothing of the relay.
                outbox.add(transaction, [message._replace(created_at=int(time.time()))])
        _require(missing)
    return outdated


def discard(database: Database, positions: Collection[int]) -> None:
    """Forget records set aside, for good; all of *positions* or none.

    Raises NotFound when one of them is not set aside, Unavailable.
    """
    with database.transaction() as transaction:
        _require([position for position in sorted(set(positions)) if not outbox.discard(transaction, position)])


def _require(missing: Sequence[int]) -> None:
    if missing:
        raise NotFound(f"No record is set aside at {', '.join(map(str, missing))}; nothing was done")


def _is_outdated(transaction: Transaction, message: NewMessage, position: int) -> bool:
    """Say whether *message* is not the last word on its definition, which is locked: so that stays true."""
    try:
        headers = json.loads(message.headers)
        value = json.loads(message.value)
        gone = value.get("stream-definition-deleted")
        tenant_id = (gone or value.get("stream-definition-created") or value)["tenant_id"]
        kind, _, change = str(headers["type"]).rpartition("-")
        definitions = DEFINITIONS[kind]
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise NotFound(f"The record at {position} is none of the service's, and can only be discarded") from error
    current = definitions.lock(transaction, tenant_id, message.key)
    if current is None:
        return change != "deleted"
    if int(headers["revision"]) < current.revision:
        return True
    # The first of the two records of an update: the second one must come behind it.
    return bool(gone) and not outbox.is_set_aside_behind(transaction, message.key, position)
