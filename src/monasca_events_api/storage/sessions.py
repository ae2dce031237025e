"""Connections to the database: one engine for changes, one for all that is a single statement.

A change belongs to the request's transaction (``join``). A read, or a statement that is a change of its
own, needs none: on connections in AUTOCOMMIT it costs a third (``immediate``).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NewType

import zope.sqlalchemy
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from transaction import TransactionManager

from monasca_events_api.storage.failures import translate_errors

__all__ = ["Connection", "Database", "Transaction"]

Transaction = NewType("Transaction", Connection)
"""A connection whose statements are committed together, or none of them."""

CONNECT_SECONDS = 5
LOCK_SECONDS = 5
ANSWER_SECONDS = 10
MIGRATION_LOCK_SECONDS = 2
"""How long a migration waits for a table, and with it all who come to that table after it."""

POSTGRESQL = {
    "connect_timeout": CONNECT_SECONDS,
    "tcp_user_timeout": ANSWER_SECONDS * 1000,
    # Of a host that is gone after it has taken a statement nothing is heard, and the system would ask after two hours.
    "keepalives_idle": ANSWER_SECONDS // 2,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    # A statement that is prepared is planned without its values, and until somebody has counted a table's rows it seems
    # to have hardly any. For a page PostgreSQL then takes all definitions of the tenant by name and sorts them, not 51
    # by the index that has their order: 63 ms for 50 000, and not 0.1. Where only a sort will do it still sorts; but
    # since that is then held to be dear, it would compile it before.
    "options": f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={ANSWER_SECONDS}s "
    "-c enable_sort=off -c enable_incremental_sort=off -c jit=off",
}
# Without a strict mode MariaDB cuts what is too long, and reports success.
MARIADB = {
    "charset": "utf8mb4",
    "connect_timeout": CONNECT_SECONDS,
    "read_timeout": ANSWER_SECONDS,
    "write_timeout": ANSWER_SECONDS,
    "init_command": "SET sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', "
    f"time_zone = '+00:00', innodb_lock_wait_timeout = {LOCK_SECONDS}",
}
SERVING: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": LOCK_SECONDS},
    "postgresql": POSTGRESQL,
    "mysql": MARIADB,
    "mariadb": MARIADB,
}
MIGRATING: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"options": f"-c lock_timeout={MIGRATION_LOCK_SECONDS}s"},
    "mysql": {"init_command": f"SET lock_wait_timeout = {MIGRATION_LOCK_SECONDS}"},
    "mariadb": {"init_command": f"SET lock_wait_timeout = {MIGRATION_LOCK_SECONDS}"},
}


class Database:
    """The two engines on one database; connections are made on first use, so after any fork."""

    def __init__(self, url: str, password: str = "", pool_size: int = 20) -> None:
        self.url: URL = make_url(url)
        if password:
            self.url = self.url.set(password=password)
        self._changes = self._engine(pool_size, None if self.is_sqlite else "READ COMMITTED")
        # A connection in AUTOCOMMIT has nothing to roll back when it returns to the pool.
        self._immediate = self._engine(pool_size, "AUTOCOMMIT", pool_reset_on_return=None)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file of the development setup."""
        return self.url.get_backend_name() == "sqlite"

    def immediate(self) -> Connection:
        """Return a connection on which each statement is a transaction; use it in a ``with``."""
        return self._immediate.connect()

    def join(self, manager: TransactionManager) -> Transaction:
        """Return a transaction that commits and rolls back with *manager*'s."""
        connection = self._changes.connect()
        zope.sqlalchemy.mark_changed(_PlainSession(connection), transaction_manager=manager)
        return Transaction(connection)

    def session(self, manager: TransactionManager) -> Session:
        """Return what ``join`` does as a session, for who wants to work with models."""
        session = Session(self._changes, expire_on_commit=False)
        zope.sqlalchemy.mark_changed(session, transaction_manager=manager)
        return session

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Give a transaction that commits at the end of the ``with``, or rolls back what raised."""
        manager = TransactionManager(explicit=True)
        with manager:
            yield self.join(manager)

    def migrating(self) -> Connection:
        """Return a connection for changes of the schema; use it in a ``with``."""
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        # A change of a large table takes as long as it takes; only its turn must come soon.
        return create_engine(self.url, poolclass=NullPool, connect_args=self._arguments(MIGRATING)).connect()

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        self._changes.dispose()
        self._immediate.dispose()

    def _engine(self, pool_size: int, isolation_level: str | None, **options: Any) -> Engine:
        # Overflow has no limit: the server's threads are the limit, and nobody waits for a connection.
        engine = create_engine(
            self.url,
            isolation_level=isolation_level,
            connect_args=self._arguments(SERVING),
            pool_size=pool_size,
            max_overflow=-1,
            pool_recycle=1800,
            # The connection that was used last has its statements, and the database's process for it, in the caches.
            pool_use_lifo=True,
            # What tenants store is nobody's business in a log.
            hide_parameters=True,
            skip_autocommit_rollback=isolation_level == "AUTOCOMMIT",
            **options,
        )
        translate_errors(engine)
        if self.url.get_backend_name() == "postgresql":
            # Not at the top: whoever has another database need not have the driver.
            event.listen(engine, "do_connect", import_module(f"{__package__}.answering").connect)
        if self.is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            if isolation_level is None:
                event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _arguments(self, ours: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        arguments = {**ours[self.url.get_backend_name()], **self._password()}
        if "options" in arguments and "options" in self.url.query:
            # PostgreSQL's, a search_path say: SQLAlchemy would take ours alone.
            arguments["options"] += f" {self.url.query['options']}"
        return arguments

    def _password(self) -> dict[str, bytes]:
        # PyMySQL would make Latin-1 of a text, where MariaDB has UTF-8.
        is_mariadb = self.url.get_backend_name() in {"mysql", "mariadb"}
        return {"password": str(self.url.password or "").encode()} if is_mariadb else {}


class _PlainSession:
    """A connection as zope.sqlalchemy takes it: it asks a session for no more than this.

    A real one keeps account of objects, of which there are none: that is an eighth of all that a change costs.
    """

    twophase = False
    expire_on_commit = False

    def __init__(self, connection: Connection) -> None:
        self.get_transaction = connection.get_transaction
        self.begin = connection.begin
        self.close = connection.close

    def flush(self) -> None:
        """Do nothing: every statement has been sent."""


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes late and is not IMMEDIATE: two read-then-write transactions lose one.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
