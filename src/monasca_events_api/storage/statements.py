"""Statements that are kept: SQLAlchemy makes the text once, and the driver takes it with values as they are.

SQLAlchemy's execution, made for values and results of any kind, takes as long again as the driver (``docs/decisions``,
8). Here are texts, whole numbers and truths alone. A read is the driver's own; a change is executed by SQLAlchemy,
which knows what it means when something goes wrong.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, CursorResult, Delete, Dialect, Insert, Select, Table, Update
from sqlalchemy.dialects import registry
from sqlalchemy.sql.schema import ScalarElementColumnDefault

Parameters = Mapping[str, Any] | Sequence[Any]
Statement = Select[Any] | Insert | Update | Delete
_NUMBERED: Dialect = registry.load("postgresql.psycopg")(paramstyle="numeric_dollar")
"""PostgreSQL's own way of naming parameters, as ``prepared_reads`` has it."""


def rows(connection: Connection, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """Return the rows of *statement*, one that is kept, for *values* by the names of its parameters.

    *connection* is one of ``Database.immediate``, or in a transaction. Raises what ``connection.execute`` does.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    text, parameters = for_driver(_NUMBERED if is_postgresql else connection.dialect, statement, values)
    try:
        if is_postgresql:
            driver: Any = connection.connection.driver_connection
            found: Sequence[Sequence[Any]] = driver.rows(text, parameters)
            return found
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(text, parameters)
            return cursor.fetchall()
    except (connection.dialect.loaded_dbapi.Error, OSError) as error:
        # SQLAlchemy translates the error and drops connections that are dead. To have it execute the statement again,
        # and meet the same error, could cost another time-out.
        connection._handle_dbapi_exception(error, text, parameters, None, None)  # noqa: SLF001


def change(transaction: Connection, statement: Statement, values: Mapping[str, Any]) -> CursorResult[Any]:
    """Execute *statement*, one that is kept and names its columns, for *values*. Raises what ``execute`` does."""
    return transaction.exec_driver_sql(*for_driver(transaction.dialect, statement, values))


def insert_of(table: Table) -> Insert:
    """Return the statement that adds a row, for ``change``; nobody is told which key the database gives to it."""
    known = ScalarElementColumnDefault
    given = [each.name for each in table.columns if not each.primary_key and not isinstance(each.default, known)]
    return table.insert().inline().values(dict.fromkeys(given))


def for_driver(dialect: Dialect, statement: Statement, values: Mapping[str, Any]) -> tuple[str, Parameters]:
    """Return the text of *statement*, and *values* as the driver takes them."""
    text, names, constants = _compiled(statement, dialect)
    given = {**constants, **values}
    return text, given if names is None else tuple(given[name] for name in names)


@lru_cache(maxsize=100)
def _compiled(statement: Statement, dialect: Dialect) -> tuple[str, Sequence[str] | None, Mapping[str, Any]]:
    compiled = statement.compile(dialect=dialect)
    # Numbers that stand in the statement, as SQLite's OFFSET 0.
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    # Only SQLAlchemy's own execution knows the values that models give by default.
    constants |= {column.key: _default(column) for column in compiled.insert_prefetch}
    return str(compiled), compiled.positiontup, constants


def _default(column: Column[Any]) -> Any:
    if not isinstance(column.default, ScalarElementColumnDefault):
        raise TypeError(f"{column}: a default that is computed must be among the values")
    return column.default.arg
