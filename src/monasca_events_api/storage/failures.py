"""What a driver's error means to the service (contract 1.7: 503 where the database is away).

Registered on an engine, so that it holds for every statement and every COMMIT alike.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, UniqueConstraint, event, exc
from sqlalchemy.engine import ExceptionContext

from monasca_events_api.errors import ConnectionCut, TransactionConflict, Unavailable

log = logging.getLogger(__name__)

# Both write a trace when a connection that is gone cannot be rolled back, the latter with what the tenant was answered.
for library in ("sqlalchemy.pool", "txn"):
    logging.getLogger(library).setLevel(logging.CRITICAL)

# Only what ends at once is tried again. Who has waited for a lock until the time-out would wait as long again.
# 1213: deadlock, on Galera also a conflict found at COMMIT; 1020: the row changed under a snapshot.
MARIADB_CONFLICTS = {1213, 1020}
# 40001: serialization failure; 40P01: deadlock.
POSTGRESQL_CONFLICTS = {"40001", "40P01"}
# A server that serves no more, or lets read alone, and keeps the connections it has. 1047: a node of Galera that has
# lost the others; 1290, 1836 and 25006: one that is the primary no more.
MARIADB_REFUSES = {1047, 1290, 1836}
POSTGRESQL_REFUSES = {"25006"}
# A statement was prepared for a column that a migration has given another type since.
POSTGRESQL_OUTLIVED = {"0A000"}
# An account without a right on a table, on MariaDB also without any on the database.
MARIADB_DENIES = {1142, 1044}
POSTGRESQL_DENIES = {"42501"}
# No such table, no such column.
MARIADB_MISSING = {1146, 1054}
POSTGRESQL_MISSING = {"42P01", "42703"}
SQLITE_MISSING = ("no such table", "no such column", "has no column named")


def translate_errors(engine: Engine) -> None:
    """Make *engine* raise TransactionConflict, ConnectionCut and Unavailable in place of the driver's errors.

    Errors that are the service's own fault, and broken constraints, stay as they are.
    """
    event.listen(engine, "handle_error", _translate)


def connect(dialect: Any, _record: Any, arguments: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """Return a new connection; for SQLAlchemy's event ``do_connect``, where the driver is PyMySQL.

    What that says of a file of certificates that is not there any more is no error of its own.
    """
    try:
        return dialect.loaded_dbapi.connect(*arguments, **options)
    except OSError as error:
        raise dialect.loaded_dbapi.OperationalError(f"TLS cannot begin: {error}") from error


def is_broken(constraint: UniqueConstraint, error: exc.IntegrityError) -> bool:
    """Say whether *constraint* is the one that *error* is about."""
    driver: Any = error.orig
    if hasattr(driver, "diag"):
        return bool(driver.diag.constraint_name == constraint.name)
    # Among its words MariaDB names the constraint, SQLite the columns.
    columns = ", ".join(map(str, constraint.columns))
    return str(constraint.name) in str(driver) or columns in str(driver)


def denies_access(error: Any) -> bool:
    """Say whether *error*, the driver's, is that the account lacks a right."""
    return _tells(error, POSTGRESQL_DENIES, MARIADB_DENIES)


def _translate(context: ExceptionContext) -> None:
    error: Any = context.original_exception
    if _tells(error, POSTGRESQL_REFUSES, MARIADB_REFUSES):
        # A new connection may lead to another one.
        context.is_disconnect = True
        log.error("database unavailable error=%s", " ".join(str(error).split()))
        raise Unavailable("The database is away") from error
    if _tells(error, POSTGRESQL_CONFLICTS, MARIADB_CONFLICTS):
        raise TransactionConflict("The database gave way to another change; please try again") from error
    if _tells(error, POSTGRESQL_OUTLIVED, ()):
        # On a new connection it is prepared anew.
        context.is_disconnect = True
    if context.is_disconnect and context.statement is not None:
        # Cut before its COMMIT the transaction did nothing: a new connection may do it all again.
        log.warning("database connection cut error=%s", " ".join(str(error).split()))
        raise ConnectionCut("The database is away") from error
    if denies_access(error):
        log.error("database denies access error=%s", " ".join(str(error).split()))
        raise Unavailable("The database denies the service access") from error
    if _lacks_schema(error):
        log.error("database has no schema error=%s", " ".join(str(error).split()))
        raise Unavailable("The database lacks the schema of this release") from error
    # Without a connection no statement can be at fault.
    if (
        context.connection is None
        or isinstance(context.sqlalchemy_exception, exc.OperationalError | exc.InterfaceError | exc.InternalError)
        or isinstance(error, OSError)
    ):
        log.error("database unavailable error=%s", " ".join(str(error).split()))
        raise Unavailable("The database is away") from error


def _tells(error: Any, states: Collection[str], numbers: Collection[int]) -> bool:
    """Say whether *error* is one of PostgreSQL's *states* or of MariaDB's *numbers*."""
    return bool(getattr(error, "sqlstate", None) in states or (error.args[:1] and error.args[0] in numbers))


def _lacks_schema(error: Any) -> bool:
    if _tells(error, POSTGRESQL_MISSING, MARIADB_MISSING):
        return True
    return any(words in str(error) for words in SQLITE_MISSING)
