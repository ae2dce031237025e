"""Where the time of a request goes: ``python benchmarks/layers.py [SECONDS]``.

What each part takes by itself, in this process, one call after the other, with PostgreSQL and Kafka, without login and
without a server before it: CPU microseconds of all threads, medians of interleaved rounds. A request that has all the
parts cannot take less than they do together.
"""

import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg
from cornice import Service as CorniceService
from pyramid.config import Configurator
from pyramid.response import Response

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from measuring import bodies  # noqa: E402
from measuring.cases import events, get_one, post_stream_definition, post_transform  # noqa: E402
from measuring.in_process import Call, InProcess, Statement  # noqa: E402
from measuring.load import Request  # noqa: E402
from measuring.peers import WITHOUT_LOGIN  # noqa: E402
from measuring.processes import machine  # noqa: E402
from measuring.system import QUOTAS, TENANT, Machinery, service  # noqa: E402

from monasca_events_api.domain import definitions  # noqa: E402
from monasca_events_api.domain.kinds import Kind, kinds  # noqa: E402
from monasca_events_api.messaging.publisher import Message  # noqa: E402
from monasca_events_api.settings import read_settings  # noqa: E402
from monasca_events_api.storage.prepared_reads import ReadingConnection  # noqa: E402
from monasca_events_api.storage.sessions import Database  # noqa: E402

with warnings.catch_warnings():
    # kafka-python reads its schemas by a function that was deprecated in Python 3.11 and 3.12 and is no more.
    warnings.simplefilter("ignore", DeprecationWarning)
    from monasca_events_api.messaging.kafka import KafkaPublisher

ROUNDS = 5
API = "/v2.0"
NEW = {"definition_id", "definition_name", "announcement_key"}
"""Parameters whose values must be."""
Work = Callable[[], object]


def plain(text: str) -> dict[str, Work]:
    """Return what Pyramid and Cornice take for an answer of *text*, without anything of the service."""

    def answer(_request: Any) -> Response:
        return Response(body=text.encode(), content_type="application/json", charset="utf-8")

    config = Configurator()
    config.include("cornice")
    config.add_route("plain", "/plain")
    config.add_view(answer, route_name="plain")
    cornice = CorniceService(name="cornice", path="/cornice")
    cornice.add_view("GET", answer)
    config.add_cornice_service(cornice)
    wsgi = config.make_wsgi_app()
    return {
        "Pyramid, a plain view": Call(wsgi, Request("GET", ["/plain"])),
        "Cornice, a plain service": Call(wsgi, Request("GET", ["/cornice"])),
    }


def by_driver(url: str, statements: Sequence[Statement]) -> Work:
    """Return what has the driver alone make *statements*, changes, with new ids and names, and a commit."""
    connection = psycopg.connect(url.replace("+psycopg", ""))

    def run() -> None:
        for statement, values in statements:
            cursor = connection.execute(statement, {**values, **{name: str(uuid4()) for name in NEW & {*values}}})
            if cursor.description is not None:
                cursor.fetchall()
        connection.commit()

    return run


def reading(wsgi: InProcess, url: str, database: Database, kind: Kind) -> dict[str, Work]:
    """Return the parts of a read by id."""
    with database.immediate() as connection:
        (stored,) = definitions.page(connection, kind, TENANT, limit=1, filters={}).elements
    one = get_one(API, {"stream-definitions": [stored.id]})

    def find() -> None:
        with database.immediate() as connection:
            definitions.find(connection, kind, TENANT, stored.id)

    ((statement, values),) = wsgi.statements(one)
    connection = ReadingConnection.connect(url.replace("+psycopg", ""), autocommit=True)
    return {
        "the driver: a row": lambda: connection.rows(statement, values),
        "the domain, SQLAlchemy's pool and the driver: a row": find,
        "all of GET by id": Call(wsgi.wsgi, one),
    }


def changing(wsgi: InProcess, url: str, database: Database, kind: Kind, body: Any, request: Request) -> dict[str, Work]:
    """Return the parts of the creation of a definition."""

    def create() -> None:
        with database.transaction() as transaction:
            definitions.create(transaction, kind, TENANT, {**body, "name": str(uuid4())}, "req-benchmark")

    return {
        f"the driver: the statement for a {kind.noun}": by_driver(url, wsgi.statements(request)),
        f"the domain, SQLAlchemy and the driver: a {kind.noun}": create,
        f"all of POST of a {kind.noun}": Call(wsgi.wsgi, request),
    }


def sending(wsgi: InProcess, publisher: KafkaPublisher, topic: str, number: int) -> dict[str, Work]:
    """Return the parts of a body of *number* events."""
    value = bodies.text(bodies.EVENT).encode()
    # As long as the service's own.
    headers = [("id", b"0" * 36), ("type", b"event"), ("time", b"0" * 29), ("request_id", b"0" * 40)]

    def publish() -> None:
        keys = [f"{TENANT}:{uuid4()}".encode() for _ in range(number)]
        publisher.publish([Message(topic, key, value, headers) for key in keys])

    return {
        f"kafka-python: {number} records": publish,
        f"all of POST of {number} events": Call(wsgi.wsgi, events(number, API)),
    }


def parts() -> dict[str, Work]:
    """Return everything that is measured, by name."""
    machinery = Machinery()
    ours = service(machinery, "postgresql", WITHOUT_LOGIN, **{"relay.enabled": "false"})
    url = ours.database_url
    brokers = {"kafka.bootstrap_servers": machinery.kafka.bootstrap}
    settings = read_settings({"sqlalchemy.url": url, **brokers, **QUOTAS})
    database, both = Database(url), kinds(settings)
    wsgi = InProcess(ours.ini)
    streams, transforms = post_stream_definition(API, {}), post_transform(API, {})
    for request in (streams, transforms):
        wsgi.send(request)
    publisher = KafkaPublisher(settings, settings.kafka_timeout)
    return {
        **plain(bodies.text(bodies.STREAM_DEFINITION)),
        "the service: GET /": Call(wsgi.wsgi, Request("GET", ["/"])),
        **reading(wsgi, url, database, both.stream_definition),
        **changing(wsgi, url, database, both.stream_definition, bodies.STREAM_DEFINITION, streams),
        **changing(wsgi, url, database, both.transform, bodies.TRANSFORM, transforms),
        **sending(wsgi, publisher, settings.events_topic, 1),
        **sending(wsgi, publisher, settings.events_topic, 100),
    }


def microseconds(work: Work, seconds: float) -> float:
    """Return the CPU time of one call."""
    until, calls, cpu = time.monotonic() + seconds, 0, time.process_time()
    while time.monotonic() < until:
        work()
        calls += 1
    return (time.process_time() - cpu) / calls * 1e6


def main(seconds: str = "0.5") -> None:
    """Print the table."""
    measured = parts()
    costs: dict[str, list[float]] = {name: [] for name in measured}
    for work in measured.values():
        microseconds(work, 0.2)
    for _ in range(ROUNDS):
        for name, work in measured.items():
            costs[name].append(microseconds(work, float(seconds)))
    print(f"{machine()}; CPU microseconds, median of {ROUNDS} rounds of {seconds} s")
    for name, found in costs.items():
        print(f"{median(found):8.0f}  {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
