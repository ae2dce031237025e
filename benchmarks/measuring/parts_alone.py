"""A floor: what the libraries take that the service is made of. ``parts_alone.py PORT DATABASE_URL THREADS``.

Pyramid, Cornice, colander, pyramid_tm, SQLAlchemy and the driver do the least that can be called the same: one
statement stores a definition, which is the text that was posted, and its announcement, or reads one, or ten. Nobody is
asked who he is, nothing is checked, counted, logged or announced. The server and the connections are the service's own.
"""

import json
import socket
import sys
import time
from typing import Any
from uuid import uuid4

import colander
from cornice import Service
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid_tm import explicit_manager
from sqlalchemy import text

from monasca_events_api.serving.memory import begin_to_collect, do_not_collect, use_one_arena
from monasca_events_api.serving.worker import Worker
from monasca_events_api.storage.sessions import Database

LOOPBACK = "127.0.0.1"
TENANT = "alone"
PATH = "/v2.0/stream-definitions"
COLUMNS = "SELECT id, created_at, updated_at, document FROM stream_definitions WHERE tenant_id = %s"
ONE = f"{COLUMNS} AND id = %s"
SOME = f"{COLUMNS} ORDER BY tenant_id, position LIMIT %s"
STORE = text(
    "WITH stored AS (INSERT INTO stream_definitions (id, tenant_id, name, revision, created_at, updated_at, document) "
    "VALUES (:id, :tenant, :name, 1, :now, :now, :document)) "
    "INSERT INTO outbox (topic, key, headers, value, size, created_at) "
    "VALUES ('stream-definitions', :id, '{}', :document, 1, :now)"
)


class Body(colander.MappingSchema):
    """What is read of a body."""

    name = colander.SchemaNode(colander.String())


BODY = Body()
one = Service(name="one", path=f"{PATH}/{{id}}")
all_of_them = Service(name="all_of_them", path=PATH)


@one.get()
def show(request: Request) -> Response:
    """Show a definition."""
    ((_id, _created, _updated, document),) = _rows(request, ONE, (TENANT, request.matchdict["id"]))
    return _answer(document)


@all_of_them.get()
def show_some(request: Request) -> Response:
    """Show as many as are asked for, or fifty."""
    found = _rows(request, SOME, (TENANT, int(request.GET.get("limit", 50))))
    return _answer(f'{{"elements":[{",".join(document for _id, _created, _updated, document in found)}]}}')


@all_of_them.post()
def store(request: Request) -> Response:
    """Store a definition."""
    document = request.body.decode()
    identifier, name = str(uuid4()), BODY.deserialize(json.loads(document))["name"]
    values = {"id": identifier, "tenant": TENANT, "name": name, "now": int(time.time()), "document": document}
    request.database.join(request.tm).execute(STORE, values)
    return _answer(f'{{"id":"{identifier}",{document[1:]}', 201)


def _rows(request: Request, statement: str, values: tuple[Any, ...]) -> Any:
    with request.database.immediate() as connection, connection.connection.cursor() as cursor:
        return cursor.execute(statement, values).fetchall()


def _answer(document: str, status: int = 200) -> Response:
    body = document.encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return Response(app_iter=[body], status=status, headerlist=headers)


def main(port: str, database_url: str, threads: str) -> None:
    """Serve until killed."""
    use_one_arena()
    do_not_collect()
    changes = {"tm.manager_hook": explicit_manager, "tm.activate_hook": lambda request: request.method == "POST"}
    config = Configurator(settings={"handle_exceptions": False, **changes})
    config.include("cornice")
    config.include("pyramid_tm")
    database = Database(database_url)
    config.add_request_method(lambda _request: database, "database", property=True)
    for service in (one, all_of_them):
        config.add_cornice_service(service)
    application = config.make_wsgi_app()
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK, int(port)))
    begin_to_collect()
    Worker(application, [listening], {"threads": threads}).run(lambda: False)


if __name__ == "__main__":
    main(*sys.argv[1:])
