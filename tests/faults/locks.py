"""Row locks held from a second connection, and who waits for them: how a test stops time for a statement."""

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql
from sqlalchemy import create_engine, text

from servers.mariadb import MariaDB
from servers.postgres import Postgres
from servers.processes import wait_until

LEASE = "relay_lease"
OUTBOX = "outbox"
TRANSACTIONS_SECONDS = 0.15
"""Who asks MariaDB for its transactions more often than every 0.1 s gets the old answer again."""


@contextmanager
def locked(url: str, table: str) -> Iterator[None]:
    """Lock all rows of *table* that are committed by now, until the end of the ``with``."""
    engine = create_engine(url, isolation_level="READ COMMITTED")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SELECT * FROM {table} FOR UPDATE")).all()
            yield
            connection.rollback()
    finally:
        engine.dispose()


def wait_for_waiting(server: Postgres | MariaDB, what: str) -> None:
    """Wait until a statement whose text contains *what* waits for a lock."""
    wait_until(lambda: any(what in text for text in _waiting(server)), f"{what} waits for a lock", 20)


def _waiting(server: Postgres | MariaDB) -> list[str]:
    if isinstance(server, Postgres):
        rows = server.execute("SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    else:
        time.sleep(TRANSACTIONS_SECONDS)
        rows = server.execute("SELECT trx_query FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
    return [str(row[0]) for row in rows]


def end_connections(server: Postgres | MariaDB, database: str) -> int:
    """End every session of the service on *database*, in whatever it is; return how many there were."""
    if isinstance(server, Postgres):
        found = server.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", (database,)
        )
        return int(str(found[0][0]))
    rows = server.execute("SELECT id FROM information_schema.processlist WHERE db = %s", (database,))
    for (identifier,) in rows:
        with contextlib.suppress(pymysql.err.OperationalError):  # it has ended by itself
            server.execute(f"KILL CONNECTION {identifier}")
    return len(rows)
