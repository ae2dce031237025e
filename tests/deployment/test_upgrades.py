"""Two releases side by side on one database, while it changes, and what each sees of the other (docs/upgrades.rst)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

import httpx
import psycopg
import pymysql
import pytest
from announcing_service import PRODUCTION, AnnouncingService, Client, new_database
from sqlalchemy import create_engine, make_url, text

from api.examples import transform
from deployment.next_release import COLUMN, NEXT, WRITTEN, next_release, restarted
from faults.load import Load
from history.verdict import Verdict
from monasca_events_api.storage.models import REVISION
from servers.api_process import ApiProcess
from servers.kafka import KafkaCluster
from servers.run import folder_of_the_run
from start.programs import Ended, run

CHANGES = 25
"""How many changes each stage of an upgrade has to take: enough for both processes and all verbs."""


@pytest.fixture(scope="module")
def coming() -> dict[str, str]:
    """The environment of the next release."""
    return next_release(folder_of_the_run("next-release"))


@pytest.fixture(scope="module", params=PRODUCTION)
def kind(request: pytest.FixtureRequest) -> str:
    """One of the databases of production."""
    return str(request.param)


class Upgraded(NamedTuple):
    """What was seen of an upgrade, host by host, and of the way back of one host."""

    verdict: Verdict
    written: set[Any]
    checked_by_the_old: Ended
    republished_by_the_old: Ended
    upgraded_by_the_old: Ended


def upgrade(api: ApiProcess, environment: dict[str, str]) -> Ended:
    return run("alembic", "-c", api.ini, "upgrade", "head", environment=environment)


def select(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return rows


@pytest.fixture(scope="module")
def upgraded(
    request: pytest.FixtureRequest, kind: str, kafka: KafkaCluster, coming: dict[str, str]
) -> Iterator[Upgraded]:
    """Two hosts that go from this release to the next one while clients change definitions, and one of them back."""
    service = AnnouncingService(*new_database(request, kind), kafka, processes=2, settings={"relay.lease": "5"})
    service.create_topics()
    service.start()
    first, second = service.processes
    load = Load(service, f"upgrade {kind}", writers=4)
    load.start()
    load.wait_for_changes(CHANGES)
    assert upgrade(first, coming).status == 0
    load.wait_for_changes(CHANGES)
    for api, release in ((first, coming), (second, coming), (second, {})):
        restarted(api, release)
        load.wait_for_changes(CHANGES)
    republished = run("monasca-events", "republish", second.ini)
    upgraded_by_the_old = upgrade(second, {})
    verdict = load.verdict()
    columns = " UNION ".join(f"SELECT {COLUMN} FROM {table}" for table in ("transforms", "stream_definitions"))
    written = {value for (value,) in select(service.database_url, columns)}
    yield Upgraded(verdict, written, run("monasca-events", "check", second.ini), republished, upgraded_by_the_old)
    service.kill()


def test_nothing_is_lost_invented_or_out_of_order_while_releases_change(upgraded: Upgraded) -> None:
    assert upgraded.verdict.faults == []
    assert upgraded.verdict.acknowledged > 4 * CHANGES


def test_both_releases_have_written(upgraded: Upgraded) -> None:
    assert upgraded.written == {None, WRITTEN}


def test_the_old_release_is_content_with_the_newer_schema(upgraded: Upgraded) -> None:
    assert upgraded.checked_by_the_old.output[:2] == ["settings: OK", "database: OK"]


def test_the_old_release_announces_again_what_the_new_one_has_written(upgraded: Upgraded) -> None:
    assert upgraded.republished_by_the_old.status == 0


def test_the_old_release_finds_nothing_to_migrate_on_the_newer_schema(upgraded: Upgraded) -> None:
    # Hosts that begin with ``alembic upgrade head`` may go back, too.
    assert (upgraded.upgraded_by_the_old.status, "nothing to do" in str(upgraded.upgraded_by_the_old)) == (0, True)


@pytest.fixture(scope="module")
def too_early(
    request: pytest.FixtureRequest, kind: str, kafka: KafkaCluster, coming: dict[str, str]
) -> Iterator[AnnouncingService]:
    """The next release, started on this one's schema, with a definition of this one's."""
    service = AnnouncingService(*new_database(request, kind), kafka)
    service.create_topics()
    service.start()
    with service.client() as client:
        client.create("transforms", transform(name="early"))
    restarted(service.processes[0], coming)
    yield service
    service.kill()


@pytest.fixture
def client(too_early: AnnouncingService) -> Iterator[Client]:
    with too_early.client() as client:
        yield client


LACKING = f"The database lacks the schema of this release: it has {REVISION}, {NEXT} is needed"


def test_on_an_older_schema_a_release_is_not_ready_and_says_why(too_early: AnnouncingService) -> None:
    answer = httpx.get(f"{too_early.urls[0]}/healthcheck/ready", trust_env=False, timeout=30)
    assert (answer.status_code, answer.json()["database"]) == (503, LACKING)


def test_on_an_older_schema_check_says_so(too_early: AnnouncingService, coming: dict[str, str]) -> None:
    told = run("monasca-events", "check", too_early.processes[0].ini, environment=coming)
    assert (told.status, told.output[1]) == (1, f"database: {LACKING}")


def test_on_an_older_schema_a_release_reads(client: Client) -> None:
    page = client.get("transforms", params={"name": "early", "with_count": "true"})
    (found,) = page.raise_for_status().json()["elements"]
    assert client.get(f"transforms/{found['id']}").status_code == 200


def test_on_an_older_schema_a_change_that_needs_the_newer_one_is_503_and_stores_nothing(client: Client) -> None:
    answer = client.send_json("POST", "transforms", transform(name="late"))
    assert (answer.status_code, answer.json()["description"]) == (503, "The database lacks the schema of this release")
    assert client.get("transforms", params={"name": "late"}).json()["elements"] == []


@contextmanager
def reading(url: str) -> Iterator[None]:
    """Hold on to a table as a backup does: nobody is in the way but who changes it."""
    made = make_url(url)
    name = {"host": made.host, "port": made.port, "user": made.username, "password": made.password}
    connect: Callable[..., Any]
    connect = psycopg.connect if made.get_backend_name() == "postgresql" else pymysql.connect
    database = {"dbname" if connect is psycopg.connect else "database": made.database}
    with closing(connect(**name, **database)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT COUNT(*) FROM transforms")
        yield


def test_a_migration_that_cannot_have_a_table_gives_up_soon_and_clients_are_served(
    request: pytest.FixtureRequest, kind: str, kafka: KafkaCluster, coming: dict[str, str]
) -> None:
    service = AnnouncingService(*new_database(request, kind), kafka)
    service.create_topics()
    service.start()
    (api,) = service.processes
    answers = set()
    with service.client() as client, reading(service.database_url), ThreadPoolExecutor(1) as aside:
        asked = aside.submit(upgrade, api, coming)
        while not asked.done():
            answers.add(client.send_json("POST", "transforms", transform()).status_code)
        told = asked.result()
    assert (told.status, [line[:7] for line in told.errors[-1:]], answers) == (1, ["Error: "], {200})
    assert not [line for line in told.errors if line.startswith("Traceback")]
    assert upgrade(api, coming).status == 0
    service.kill()
