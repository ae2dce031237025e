"""What stores a new definition: it, its announcement and the quota, each a statement (contract 1.4, Quota; 2).

On PostgreSQL they are one statement. To bring the three there one by one takes as long as what they do.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table, Update, bindparam, insert

from monasca_events_api.storage import definition_counts, outbox
from monasca_events_api.storage.definitions import Definitions
from monasca_events_api.storage.outbox import NewMessage
from monasca_events_api.storage.sessions import Transaction
from monasca_events_api.storage.statements import change


def store(
    transaction: Transaction, definitions: Definitions, values: Mapping[str, Any], announcement: NewMessage, most: int
) -> bool:
    """Add a definition, *values* by column, and its announcement; say whether the tenant may have it.

    It may have *most*; where it has them already, the transaction must not be committed. Raises NameTaken.
    """
    tenant_id = values["tenant_id"]
    if transaction.dialect.name == "postgresql":
        given = {_given("definition", name): value for name, value in values.items()}
        given |= {_given("announcement", name): value for name, value in announcement._asdict().items()}
        given |= definition_counts.place(tenant_id, definitions.kind) | {"most": most}
        all_at_once = _all_at_once(definitions, tuple(values))
        with definitions.naming(values["name"]):
            counted = change(transaction, all_at_once, given).rowcount
        if counted:
            return True
    else:
        definitions.insert(transaction, values)
        outbox.add(transaction, [announcement])
    return definition_counts.add_one(transaction, tenant_id, definitions.kind, most)


@cache
def _all_at_once(definitions: Definitions, columns: tuple[str, ...]) -> Update:
    """Return the statement that adds all and counts; no row is counted where ``add_one`` must see to it."""
    stored = _insert("definition", definitions.table, columns).returning(definitions.table.c.position).cte("stored")
    announced = _insert("announcement", outbox.TABLE, NewMessage._fields).cte("announced")
    # The count is the last row that is locked, here too: its turn comes when the definition is there.
    return definition_counts.add_in_turn(after=stored).add_cte(announced)


def _insert(what: str, table: Table, columns: tuple[str, ...]) -> Any:
    return insert(table).values({name: bindparam(_given(what, name)) for name in columns})


def _given(what: str, column: str) -> str:
    # To SQLAlchemy a value under the name of a column is one for the UPDATE to set.
    return f"{what}_{column}"
