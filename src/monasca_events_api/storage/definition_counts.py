"""The statements on how many definitions a tenant has: the quota (contract 1.4, Quota)."""

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import mysql, postgresql, sqlite

from monasca_events_api.storage.models import DefinitionCount
from monasca_events_api.storage.sessions import Transaction

_ROW = (DefinitionCount.tenant_id == bindparam("tenant"), DefinitionCount.kind == bindparam("what"))
_ADD = (
    update(DefinitionCount)
    .where(*_ROW, DefinitionCount.number < bindparam("most"))
    .values(number=DefinitionCount.number + 1)
)
_SUBTRACT = update(DefinitionCount).where(*_ROW).values(number=DefinitionCount.number - 1)


def add_one(transaction: Transaction, tenant_id: str, kind: str, most: int) -> bool:
    """Count one more definition unless the tenant has *most* already; say whether it was counted.

    The row stays locked until the commit, so it is the last that a change takes: two changes that
    race for the last place cannot both have it, and a tenant's changes wait for each other only briefly.
    """
    values = {"tenant": tenant_id, "what": kind, "most": most}
    if transaction.execute(_ADD, values).rowcount:
        return True
    _start_at_zero(transaction, tenant_id, kind)
    return transaction.execute(_ADD, values).rowcount == 1


def subtract_one(transaction: Transaction, tenant_id: str, kind: str) -> None:
    """Count one definition less."""
    transaction.execute(_SUBTRACT, {"tenant": tenant_id, "what": kind})


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
