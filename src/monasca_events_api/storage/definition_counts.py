"""The statements on how many definitions a tenant has: the quota (contract 1.4, Quota)."""

from sqlalchemy import ColumnElement, FromClause, Update, bindparam, func, select, update
from sqlalchemy.dialects import mysql, postgresql, sqlite

from monasca_events_api.storage.models import DefinitionCount
from monasca_events_api.storage.sessions import Transaction
from monasca_events_api.storage.statements import change

_ROW = (DefinitionCount.tenant_id == bindparam("tenant"), DefinitionCount.kind == bindparam("what"))
_ADD = (
    update(DefinitionCount)
    .where(*_ROW, DefinitionCount.number < bindparam("most"))
    .values(number=DefinitionCount.number + 1)
)
_SUBTRACT = update(DefinitionCount).where(*_ROW).values(number=DefinitionCount.number - 1)


def add_in_turn(after: FromClause | None = None) -> Update:
    """Return PostgreSQL's statement that counts one more once all of *after* is there, by ``place`` and *most*."""
    return _ADD.where(_turn(after))


def place(tenant_id: str, kind: str) -> dict[str, str]:
    """Return the values for a statement on one tenant's count."""
    return {"tenant": tenant_id, "what": kind}


def _turn(after: FromClause | None = None) -> ColumnElement[bool]:
    # When the lock of a row is released, PostgreSQL gives it to whoever asks at that moment, and those who have waited
    # may go on waiting: of sixteen clients of one tenant some wait four times as long as others. An advisory lock has a
    # fair queue.
    key = func.hashtextextended(bindparam("tenant"), func.hashtext(bindparam("what")))
    come = select(func.pg_advisory_xact_lock(key).is_not(None))
    return (come if after is None else come.select_from(after)).scalar_subquery()


_ADD_IN_TURN, _SUBTRACT_IN_TURN = add_in_turn(), _SUBTRACT.where(_turn())


def add_one(transaction: Transaction, tenant_id: str, kind: str, most: int) -> bool:
    """Count one more definition unless the tenant has *most* already; say whether it was counted.

    The row stays locked until the commit, so it is the last that a change takes: two changes that
    race for the last place cannot both have it, and a tenant's changes wait for each other only briefly.
    """
    values = place(tenant_id, kind) | {"most": most}
    add = _ADD_IN_TURN if transaction.dialect.name == "postgresql" else _ADD
    if change(transaction, add, values).rowcount:
        return True
    _start_at_zero(transaction, tenant_id, kind)
    return change(transaction, add, values).rowcount == 1


def subtract_one(transaction: Transaction, tenant_id: str, kind: str) -> None:
    """Count one definition less."""
    subtract = _SUBTRACT_IN_TURN if transaction.dialect.name == "postgresql" else _SUBTRACT
    change(transaction, subtract, place(tenant_id, kind))


def _start_at_zero(transaction: Transaction, tenant_id: str, kind: str) -> None:
    row = {"tenant_id": tenant_id, "kind": kind, "number": 0}
    match transaction.dialect.name:
        case "postgresql":
            statement = postgresql.insert(DefinitionCount).values(row).on_conflict_do_nothing()
            transaction.execute(statement)
        case "sqlite":
            transaction.execute(sqlite.insert(DefinitionCount).values(row).on_conflict_do_nothing())
        case _:
            upsert = mysql.insert(DefinitionCount).values(row)
            transaction.execute(upsert.on_duplicate_key_update(number=DefinitionCount.number))
