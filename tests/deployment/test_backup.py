"""A backup of a service that is changing, its restore, and what consumers make of it, by the manual's own commands."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from announcing_service import PRODUCTION, AnnouncingService, new_database
from sqlalchemy import create_engine, make_url

from api.examples import transform, unique
from consumers.test_example_consumer import new_table, take
from docs.pages import blocks
from faults.load import Load
from history.stored import Stored, read_stored, wait_for_empty_outbox
from history.topics import Record, read_topics
from servers import mariadb, postgres
from servers.kafka import KafkaCluster
from servers.packages import program, required
from servers.ports import LOOPBACK
from servers.processes import run_once
from servers.run import folder_of_the_run

CHANGES = 40
KEPT = "not touched by the load"
TITLES = {"postgresql": "PostgreSQL", "mariadb": "MariaDB"}
CLIENTS = {"postgresql": ("pg_restore", "postgresql-client"), "mariadb": ("mariadb-dump", "mariadb-client")}


def block(title: str) -> str:
    (found,) = (each.text for each in blocks("operators") if each.title == title)
    return found


def as_admin(kind: str, port: int, folder: Path) -> Mapping[str, str]:
    """Return the environment in which the clients of a server reach it as its superuser."""
    if kind == "postgresql":
        names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
        return dict(zip(names, (LOOPBACK, str(port), postgres.ADMIN, postgres.ADMIN_PASSWORD), strict=True))
    account = f"user={mariadb.ADMIN}\npassword={mariadb.ADMIN_PASSWORD}\n"
    (folder / ".my.cnf").write_text(f"[client]\nhost={LOOPBACK}\nport={port}\n{account}")
    return {"HOME": str(folder)}


def type_in(commands: str, database: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Run *commands* of the manual in *folder*, on *database* in place of its own."""
    for name in ("owner", "role"):
        commands = commands.replace(f"--{name}=monasca_events", f"--{name}={postgres.USER}")
    run_once(["/bin/sh", "-ec", commands.replace("monasca_events", database)], folder=folder, environment=environment)


class Restored(NamedTuple):
    """The service after a restore: what consumers have read before it and since, and what is stored."""

    before: list[Record]
    since: list[Record]
    stored: Stored


@pytest.fixture(scope="module", params=PRODUCTION)
def restored(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Iterator[Restored]:
    """A backup taken while clients change definitions, and restored when they have changed them further."""
    kind = str(request.param)
    required(lambda: program(CLIENTS[kind][0]), [CLIENTS[kind][1]])
    folder, url = new_database(request, kind)
    service = AnnouncingService(folder, url, kafka, settings={"relay.lease": "5"})
    service.create_topics()
    service.start()
    with service.client() as client:
        client.send_json("POST", "transforms", transform(name=KEPT)).raise_for_status()
    admin = as_admin(kind, make_url(url).port or 0, folder)
    load = Load(service, f"backup {kind}", writers=3)
    load.start()
    load.wait_for_changes(CHANGES)
    type_in(block(f"Backup of {TITLES[kind]}"), make_url(url).database or "", folder, admin)
    load.wait_for_changes(CHANGES)
    load.stop()
    wait_for_empty_outbox(url)
    service.processes[0].stop()
    before = read_topics(kafka.bootstrap, service.definition_topics)
    other = make_url(url).set(database=unique("restored").replace("-", "_"))
    again = restore(kind, other.render_as_string(hide_password=False), folder, admin, kafka)
    yield Restored(before, read_topics(kafka.bootstrap, again.definition_topics), read_stored(again.database_url))
    again.kill()


def restore(kind: str, url: str, folder: Path, admin: Mapping[str, str], kafka: KafkaCluster) -> AnnouncingService:
    """Do what the manual says, on new topics, until all is announced; and a further change."""
    type_in(block(f"Restore of {TITLES[kind]}"), make_url(url).database or "", folder, admin)
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in block("After a restore").split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    engine.dispose()
    service = AnnouncingService(folder_of_the_run("restored"), url, kafka)
    service.create_topics()
    (api,) = service.processes
    api.start()
    api.command("monasca-events", "republish", str(api.ini))
    with service.client() as client:
        (one,) = client.get("transforms", params={"name": KEPT}).json()["elements"]
        client.send_json("PATCH", f"transforms/{one['id']}", {"description": "after the restore"}).raise_for_status()
    wait_for_empty_outbox(url)
    return service


def table_of(records: list[Record]) -> dict[str, tuple[str, str]]:
    """Return what the manual's consumer has after *records*, by id."""
    table = new_table()
    for record in records:
        take(table, record)
    live: dict[str, dict[str, Any]] = table.live
    return {key: (each["name"], each["description"]) for key, each in live.items()}


def definitions(stored: Stored) -> dict[str, tuple[str, str]]:
    """Return what is live of what is *stored*: of transforms those that are enabled."""
    live = {key: each.body for key, each in stored.definitions.items() if each.body.get("enabled", True)}
    return {key: (body["name"], body["description"]) for key, body in live.items()}


def test_a_consumer_that_begins_with_nothing_has_exactly_what_is_stored(restored: Restored) -> None:
    assert table_of(restored.since) == definitions(restored.stored) != {}


def test_a_change_after_the_restore_reaches_it(restored: Restored) -> None:
    assert "after the restore" in {description for _, description in table_of(restored.since).values()}


def test_the_backup_is_of_an_earlier_time(restored: Restored) -> None:
    assert table_of(restored.before) != definitions(restored.stored)


def test_a_consumer_that_goes_on_has_all_of_it_and_what_was_created_since_the_backup(restored: Restored) -> None:
    live, known = table_of([*restored.before, *restored.since]), restored.stored.definitions.keys()
    assert {key: each for key, each in live.items() if key in known} == definitions(restored.stored)
    assert {key: each for key, each in live.items() if key not in known} == {
        key: each for key, each in table_of(restored.before).items() if key not in known
    }


def test_with_the_revisions_of_the_backup_it_would_miss_what_is_stored(restored: Restored) -> None:
    lowered = [
        record._replace(headers={**record.headers, "revision": str(record.revision - 1_000_000)})
        for record in restored.since
        if record.revision > 1_000_000
    ]
    live, stored = table_of([*restored.before, *lowered]), definitions(restored.stored)
    assert {key: live.get(key) for key in stored} != stored
