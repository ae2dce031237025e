"""Connections to the database: one engine for changes, one for all that is a single statement.

A change belongs to the request's transaction (``join``). A read, or a statement that is a change of its
own, needs none: on connections in AUTOCOMMIT it costs a third (``immediate``).
"""

from collections.abc import Iterator
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

from monasca_events_api.storage.driver_arguments import MIGRATING, SERVING, arguments
from monasca_events_api.storage.failures import connect, translate_errors

__all__ = ["Connection", "Database", "Transaction"]

Transaction = NewType("Transaction", Connection)
"""A connection whose statements are committed together, or none of them."""


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
        try:
            zope.sqlalchemy.mark_changed(_PlainSession(connection), transaction_manager=manager)
        except BaseException:
            # SQLite begins here, and waits for whoever writes; what did not begin is nobody's to end.
            connection.close()
            raise
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
        return create_engine(self.url, poolclass=NullPool, connect_args=arguments(self.url, MIGRATING)).connect()

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        self._changes.dispose()
        self._immediate.dispose()

    def _engine(self, pool_size: int, isolation_level: str | None, **options: Any) -> Engine:
        # Overflow has no limit: the server's threads are the limit, and nobody waits for a connection.
        engine = create_engine(
            self.url,
            isolation_level=isolation_level,
            connect_args=arguments(self.url, SERVING),
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
        if self.is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            if isolation_level is None:
                event.listen(engine, "begin", _begin_sqlite)
        elif self.url.get_backend_name() == "postgresql":
            # Not at the top: whoever has another database need not have the driver.
            event.listen(engine, "do_connect", import_module(f"{__package__}.prepared_reads").connect)
        else:
            event.listen(engine, "do_connect", connect)
        return engine


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
