"""The statements on the outbox: records that wait for Kafka (contract 2, Definitions).

A row is written in the transaction of the change that it announces, after that change has locked the
definition's own row: so positions and commits of one definition have the same order.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple, cast

from sqlalchemy import Delete, Table, bindparam, case, delete, func, insert, literal, select

from monasca_events_api.storage.models import OutboxMessage, SetAsideMessage
from monasca_events_api.storage.sessions import Connection, Transaction
from monasca_events_api.storage.statements import change, insert_of, rows

BATCH = 200
"""How many rows a relay takes up at once."""

INLINE_BYTES = 65_536
"""A value up to this size is read with its row, a larger one when its turn comes: a batch stays small."""


class NewMessage(NamedTuple):
    """A record to announce; ``headers`` is a JSON object, ``created_at`` in seconds since the epoch."""

    topic: str
    key: str
    headers: str
    value: str
    size: int
    created_at: int


class WaitingMessage(NamedTuple):
    """A record as it waits; ``value`` is None where it must be read by itself (``value_of``)."""

    position: int
    topic: str
    key: str
    headers: str
    value: str | None
    size: int


class AsideMessage(NamedTuple):
    """A record that was set aside, without its value: its size in bytes, its time, and why."""

    position: int
    topic: str
    key: str
    size: int
    created_at: int
    reason: str


class Backlog(NamedTuple):
    """What waits: how many records, the oldest one's time (None: none), how many are set aside."""

    waiting: int
    oldest: int | None
    set_aside: int


_WAITING = (
    select(
        OutboxMessage.position,
        OutboxMessage.topic,
        OutboxMessage.key,
        OutboxMessage.headers,
        case((OutboxMessage.size <= INLINE_BYTES, OutboxMessage.value), else_=None).label("value"),
        OutboxMessage.size,
    )
    .where(OutboxMessage.position > bindparam("after"))
    .order_by(OutboxMessage.position)
    .limit(BATCH)
)
_FIRST_TOPIC = select(OutboxMessage.topic).order_by(OutboxMessage.position).limit(1)
_VALUE = select(OutboxMessage.value).where(OutboxMessage.position == bindparam("position"))
TABLE = cast("Table", OutboxMessage.__table__)
_INSERT = insert_of(TABLE)
_RECORD = ("topic", "key", "headers", "value", "size", "created_at")


def add(transaction: Transaction, messages: Sequence[NewMessage]) -> None:
    """Add *messages*, in their order; they become visible to a relay with its commit."""
    # One statement each: in one of several rows the database may give the positions in any order.
    for message in messages:
        change(transaction, _INSERT, message._asdict())


def waiting(connection: Connection, after: int, but_topics: Collection[str] = ()) -> list[WaitingMessage]:
    """Return the first BATCH waiting records behind position *after*, by position, but those for *but_topics*."""
    values = {"after": after}
    if but_topics:
        statement = _WAITING.where(OutboxMessage.topic.not_in(but_topics))
        return [WaitingMessage._make(row) for row in connection.execute(statement, values)]
    return [WaitingMessage._make(row) for row in rows(connection, _WAITING, values)]


def first_topic(connection: Connection) -> str | None:
    """Return the topic of the first waiting record, None if there is none."""
    return connection.execute(_FIRST_TOPIC).scalar()


def keys_up_to(connection: Connection, last: int, keys: Collection[str]) -> set[str]:
    """Return which of *keys* have a record that waits at position *last* or before it."""
    if not (last and keys):
        return set()
    statement = select(OutboxMessage.key).where(OutboxMessage.position <= last, OutboxMessage.key.in_(keys))
    return set(connection.execute(statement).scalars())


def value_of(connection: Connection, position: int) -> str | None:
    """Return the value of one waiting record, None if it is gone."""
    return connection.execute(_VALUE, {"position": position}).scalar()


def remove(connection: Connection, positions: Sequence[int]) -> int:
    """Remove the records at exactly *positions*, one at the least; return how many of them were still there."""
    # Never "up to": a slower transaction may yet commit a lower position. The last one fills the statement up, so that
    # there are few to keep.
    size = 1 << (len(positions) - 1).bit_length()
    given = [*positions, *[positions[-1]] * (size - len(positions))]
    return change(connection, _removal(size), {f"at_{index}": each for index, each in enumerate(given)}).rowcount


@cache
def _removal(size: int) -> Delete:
    return delete(OutboxMessage).where(OutboxMessage.position.in_([bindparam(f"at_{each}") for each in range(size)]))


def set_aside(transaction: Transaction, position: int, reason: str) -> None:
    """Move one record out of the way, with the *reason* why no broker will take it."""
    columns = [getattr(OutboxMessage, name) for name in _RECORD]
    moved = select(OutboxMessage.position, *columns, literal(reason[:500])).where(OutboxMessage.position == position)
    transaction.execute(insert(SetAsideMessage).from_select(["position", *_RECORD, "reason"], moved))
    transaction.execute(delete(OutboxMessage).where(OutboxMessage.position == position))


def list_set_aside(connection: Connection, limit: int = 1000) -> list[AsideMessage]:
    """Return the first *limit* records set aside, by position."""
    aside = SetAsideMessage
    columns = [getattr(aside, name) for name in AsideMessage._fields]
    statement = select(*columns).order_by(aside.position).limit(limit)
    return [AsideMessage._make(row) for row in connection.execute(statement)]


def take_set_aside(transaction: Transaction, position: int) -> NewMessage | None:
    """Take a record from those set aside and return it, None if it is not there."""
    columns = [getattr(SetAsideMessage, name) for name in _RECORD]
    row = transaction.execute(select(*columns).where(SetAsideMessage.position == position)).first()
    # The DELETE says whether it is ours: another operator may have taken it since it was read.
    return NewMessage._make(row) if row is not None and discard(transaction, position) else None


def is_set_aside_behind(connection: Connection, key: str, position: int) -> bool:
    """Say whether a record of *key* is set aside whose position is higher than *position*."""
    statement = select(SetAsideMessage.position).where(SetAsideMessage.key == key, SetAsideMessage.position > position)
    return connection.execute(statement.limit(1)).first() is not None


def discard(transaction: Transaction, position: int) -> bool:
    """Forget a record set aside; say whether it was there."""
    statement = delete(SetAsideMessage).where(SetAsideMessage.position == position)
    return transaction.execute(statement).rowcount == 1


def backlog(connection: Connection) -> Backlog:
    """Count what waits and what is set aside; a count of very many rows takes its time."""
    number, oldest_time = connection.execute(
        select(func.count(OutboxMessage.position), func.min(OutboxMessage.created_at))
    ).one()
    set_aside_number = connection.execute(select(func.count(SetAsideMessage.position))).scalar_one()
    return Backlog(number, oldest_time, set_aside_number)
