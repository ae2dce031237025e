"""Query plans of the statements that the service itself makes, caught on their way to the driver.

PostgreSQL's are those of prepared statements, planned for all values at once: with these works a service that has run
for more than a few requests.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from psycopg import sql
from sqlalchemy import Connection
from transaction import TransactionManager

from measuring.in_process import InProcess, Statement
from measuring.load import Request
from monasca_events_api.storage.sessions import Database

RUN_PREPARED = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE explained ({})"
EXPLAIN_PREPARED = "EXPLAIN (COSTS OFF) EXECUTE explained ({})"
PARAMETER = re.compile(r"%\((\w+)\)s")


def plans(ini: Path, database: Database, requests: Mapping[str, Request]) -> dict[str, list[str]]:
    """Serve each of *requests* once, in this process, and return its statements and their plans, by case."""
    application = InProcess(ini)
    caught = {case: application.statements(request) for case, request in requests.items()}
    application.stop()
    manager = TransactionManager(explicit=True)
    manager.begin()
    # The service's own connection, since what that sets makes other plans.
    connection = database.join(manager)
    found = {case: _explained(connection, statements) for case, statements in caught.items()}
    # EXPLAIN ANALYZE runs what it explains.
    manager.abort()
    return found


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
    if isinstance(parameters, Mapping):
        names = list(dict.fromkeys(PARAMETER.findall(statement)))
        statement = PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
        parameters = [parameters[name] for name in names]
    values = sql.SQL(", ").join(map(sql.Literal, parameters))
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    driver.execute(f"PREPARE explained AS {statement}")
    # What is new cannot be stored again.
    explain = EXPLAIN_PREPARED if "INSERT INTO" in statement else RUN_PREPARED
    rows = list(driver.execute(sql.SQL(explain).format(values)).fetchall())
    driver.execute("DEALLOCATE explained")
    return rows
