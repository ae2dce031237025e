"""A transaction that is tried again where the database gives way to another one."""

from collections.abc import Callable

from monasca_events_api.errors import TransactionConflict
from monasca_events_api.storage.sessions import Database, Transaction

ATTEMPTS = 5
"""How often a change is tried, that of a request, too."""


def in_transaction(database: Database, do: Callable[[Transaction], None]) -> None:
    """Do something in a transaction, anew where the database gave way to another one. Raises Unavailable."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with database.transaction() as transaction:
                do(transaction)
        except TransactionConflict:
            if attempt == ATTEMPTS:
                raise
        else:
            return
