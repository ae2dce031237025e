"""One migration at a time: each host of a deployment may begin with ``alembic upgrade head`` (contract 3)."""

import time

from sqlalchemy import Connection

from monasca_events_api.errors import Unavailable

SECONDS = 10
# PostgreSQL's lock is of the database, MariaDB's of the server; both end with the connection. They are asked for again
# and again, since one who waits in PostgreSQL would keep an index from being built CONCURRENTLY.
_MARIADB = "SELECT GET_LOCK(MD5(CONCAT('monasca-events-api ', DATABASE())), 0)"
_LOCKS = {
    "postgresql": "SELECT pg_try_advisory_lock(hashtext('monasca-events-api'))",
    "mysql": _MARIADB,
    "mariadb": _MARIADB,
    "sqlite": "SELECT 1",
}


def wait_for_turn(connection: Connection) -> None:
    """Wait until no other process migrates the database; from then on others wait until *connection* is closed.

    Raises Unavailable when that takes longer than SECONDS.
    """
    deadline = time.monotonic() + SECONDS
    while not connection.exec_driver_sql(_LOCKS[connection.dialect.name]).scalar():
        connection.rollback()
        if time.monotonic() > deadline:
            raise Unavailable("Another process migrates this database")
        time.sleep(0.1)
    connection.commit()
