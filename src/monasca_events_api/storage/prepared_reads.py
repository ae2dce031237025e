"""A connection to PostgreSQL that reads by statements which are kept (``docs/decisions``, 8).

psycopg's cursor is made for statements and values of any kind, and takes twice as long for one row of a statement that
it has prepared.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

from monasca_events_api.storage.answering import AnsweringConnection


class ReadingConnection(AnsweringConnection):
    """Prepares each statement once. Its encoding is UTF-8 (``driver_arguments.POSTGRESQL``)."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._transformer = Transformer.from_context(self)
        self._names: dict[str, bytes] = {}

    def rows(self, statement: str, values: Sequence[str | int]) -> list[tuple[Any, ...]]:
        """Return the rows of *statement*, whose parameters are $1 and on, for *values*. Raises what a cursor does."""
        with self.lock:
            result = self.wait(self._exchange(statement, values))
            transformer = self._transformer
            transformer.set_pgresult(result)
            try:
                return transformer.load_rows(0, result.ntuples, tuple)
            finally:
                transformer.set_pgresult(None)

    def _exchange(self, statement: str, values: Sequence[str | int]) -> PQGen[PGresult]:
        yield from self._start_query()  # BEGIN, unless in AUTOCOMMIT
        name = self._names.get(statement)
        if name is None:
            name = b"kept_%d" % len(self._names)
            self.pgconn.send_prepare(name, statement.encode())
            _checked((yield from execute(self.pgconn)), ExecStatus.COMMAND_OK)
            self._names[statement] = name
        # A text with its length: it would end at its first NUL.
        formats = [Format.BINARY if isinstance(value, str) else Format.TEXT for value in values]
        self.pgconn.send_query_prepared(name, [str(value).encode() for value in values], formats)
        return _checked((yield from execute(self.pgconn)), ExecStatus.TUPLES_OK)


def connect(_dialect: Any, _record: Any, arguments: Sequence[Any], options: Mapping[str, Any]) -> ReadingConnection:
    """Return a new connection; for SQLAlchemy's event ``do_connect``."""
    return ReadingConnection.connect(*arguments, **options)


def _checked(results: Sequence[PGresult], wanted: ExecStatus) -> PGresult:
    (result,) = results
    if result.status != wanted:
        raise error_from_result(result)
    return result
