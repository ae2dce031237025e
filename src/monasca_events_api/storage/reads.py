"""Reads of a single statement: its text is SQLAlchemy's, and the driver's own cursor executes it.

SQLAlchemy's execution, made for results of any kind, takes as long again as the driver (``docs/decisions``, 3). Here
are texts and whole numbers alone. Changes go through SQLAlchemy: what can go wrong with them is more.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select

Parameters = Mapping[str, Any] | Sequence[Any]


def rows(connection: Connection, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """Return the rows of *statement*, one that is kept, for *values* by the names of its parameters.

    *connection* is one of ``Database.immediate``. Raises what ``connection.execute`` does.
    """
    text, parameters = for_driver(connection.dialect, statement, values)
    try:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(text, parameters)
            return cursor.fetchall()
    except (connection.dialect.loaded_dbapi.Error, OSError):
        # SQLAlchemy meets the same, and knows what it means for the client and for the connections that are open.
        return connection.execute(statement, values).all()


def for_driver(dialect: Dialect, statement: Select[Any], values: Mapping[str, Any]) -> tuple[str, Parameters]:
    """Return the text of *statement*, and *values* as the driver takes them."""
    text, names, constants = _compiled(statement, dialect)
    given = {**constants, **values}
    return text, given if names is None else tuple(given[name] for name in names)


@lru_cache(maxsize=100)
def _compiled(statement: Select[Any], dialect: Dialect) -> tuple[str, Sequence[str] | None, Mapping[str, Any]]:
    compiled = statement.compile(dialect=dialect)
    # Numbers that stand in the statement, as SQLite's OFFSET 0.
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return str(compiled), compiled.positiontup, constants
