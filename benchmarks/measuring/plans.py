"""Query plans of the statements that the service itself makes, caught on their way to the driver."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import plaster
from pyramid.config import global_registries
from sqlalchemy import Connection, Engine, event
from webob import Request

from measuring.load import Request as Sent
from monasca_events_api.storage.sessions import Database
from servers.errors import ServerError
from servers.ports import LOOPBACK

EXPLAIN = {"postgresql": "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ", "mysql": "EXPLAIN "}
Statement = tuple[str, Any]


def plans(ini: Path, database: Database, requests: Mapping[str, Sent]) -> dict[str, list[str]]:
    """Serve each of *requests* once, in this process, and return its statements and their plans, by case."""
    application = plaster.get_loader(str(ini), ["wsgi"]).get_wsgi_app()
    caught = {case: _caught(application, request) for case, request in requests.items()}
    global_registries.last.entrance.stop()
    with database.migrating() as connection:
        # It is not committed: EXPLAIN ANALYZE runs what it explains.
        return {case: _explained(connection, statements) for case, statements in caught.items()}


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
    explain = EXPLAIN[connection.dialect.name]
    lines = []
    for statement, parameters in statements:
        lines.append(" ".join(statement.split()))
        # An INSERT is not run again: it has no plan but the row.
        if not statement.lstrip().upper().startswith("INSERT"):
            rows = connection.exec_driver_sql(explain + statement, parameters)
            lines += ["    " + ", ".join(str(value) for value in row if value is not None) for row in rows]
    return lines
