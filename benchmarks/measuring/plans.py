"""Query plans of the statements that the service itself makes, caught on their way to the driver.

PostgreSQL's are those of prepared statements, planned for all values at once: with these works a service that has run
for more than a few requests.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import plaster
from psycopg import sql
from pyramid.config import global_registries
from sqlalchemy import Connection, Engine, event
from transaction import TransactionManager
from webob import Request

from measuring.load import Request as Sent
from monasca_events_api.storage.sessions import Database
from servers.errors import ServerError
from servers.ports import LOOPBACK

EXPLAIN_PREPARED = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE explained ({})"
PARAMETER = re.compile(r"%\((\w+)\)s")
Statement = tuple[str, Any]


def plans(ini: Path, database: Database, requests: Mapping[str, Sent]) -> dict[str, list[str]]:
    """Serve each of *requests* once, in this process, and return its statements and their plans, by case."""
    application = plaster.get_loader(str(ini), ["wsgi"]).get_wsgi_app()
    caught = {case: _caught(application, request) for case, request in requests.items()}
    global_registries.last.entrance.stop()
    manager = TransactionManager(explicit=True)
    manager.begin()
    # The service's own connection, since what that sets makes other plans.
    connection = database.session(manager).connection()
    found = {case: _explained(connection, statements) for case, statements in caught.items()}
    # EXPLAIN ANALYZE runs what it explains.
    manager.abort()
    return found


def _caught(application: Any, sent: Sent) -> list[Statement]:
    body = f"{sent.head}{(sent.part or '').replace('@', str(uuid4()))}{sent.tail}".encode()
    request = Request.blank(
        sent.paths[0], {"REMOTE_ADDR": LOOPBACK}, method=sent.method, body=body, content_type="application/json"
    )
    with _catching() as statements:
        answer = request.get_response(application)
    if answer.status_code >= 400:
        raise ServerError(f"{sent.method} {sent.paths[0]}: {answer.status} {answer.text[:500]}")
    return statements


@contextmanager
def _catching() -> Iterator[list[Statement]]:
    statements: list[Statement] = []
    here = threading.get_ident()

    def catch(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_context: Any) -> None:
        if threading.get_ident() == here:  # not the relay's
            statements.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", catch)
    yield statements
    event.remove(Engine, "before_cursor_execute", catch)


def _explained(connection: Connection, statements: list[Statement]) -> list[str]:
    explain = _prepared_plan if connection.dialect.name == "postgresql" else _plan
    lines = []
    for statement, parameters in statements:
        lines.append(" ".join(statement.split()))
        # An INSERT is not run again: it has no plan but the row.
        if not statement.lstrip().upper().startswith("INSERT"):
            rows = explain(connection, statement, parameters)
            lines += ["    " + ", ".join(str(value) for value in row if value is not None) for row in rows]
    return lines


def _plan(connection: Connection, statement: str, parameters: Any) -> Iterable[Sequence[Any]]:
    return connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()


def _prepared_plan(connection: Connection, statement: str, parameters: Any) -> Iterable[Sequence[Any]]:
    names = list(dict.fromkeys(PARAMETER.findall(statement)))
    numbered = PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
    values = sql.SQL(", ").join([sql.Literal(parameters[name]) for name in names])
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    driver.execute(f"PREPARE explained AS {numbered}")
    try:
        return list(driver.execute(sql.SQL(EXPLAIN_PREPARED).format(values)).fetchall())
    finally:
        driver.execute("DEALLOCATE explained")
