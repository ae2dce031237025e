"""The databases that the tests run against."""

from collections.abc import Iterator

import pytest
import sqlalchemy
from sqlalchemy import Connection, NullPool, text

from servers.galera import GaleraCluster
from servers.mariadb import MariaDB
from servers.postgres import Postgres
from servers.run import folder_of_the_run


@pytest.fixture(scope="module", params=[Postgres, MariaDB])
def server(request: pytest.FixtureRequest) -> Iterator[Postgres | MariaDB]:
    server = request.param(folder_of_the_run("database"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def galera() -> Iterator[GaleraCluster]:
    cluster = GaleraCluster(folder_of_the_run("galera"))
    cluster.start()
    yield cluster
    cluster.kill()


def connected(url: str) -> Connection:
    return sqlalchemy.create_engine(url, poolclass=NullPool).connect()


def names(url: str) -> list[str]:
    with connected(url) as connection:
        return list(connection.scalars(text("SELECT name FROM definitions ORDER BY name")))


def store(url: str, name: str) -> None:
    with connected(url) as connection, connection.begin():
        connection.execute(text("INSERT INTO definitions VALUES (:name)"), {"name": name})


def make_table(url: str) -> None:
    with connected(url) as connection, connection.begin():
        connection.execute(text("CREATE TABLE definitions (name VARCHAR(20) PRIMARY KEY)"))


def test_what_was_committed_outlives_a_sigkill(server: Postgres | MariaDB) -> None:
    url = server.create_database("killed")
    make_table(url)
    store(url, "größe 🎉")
    server.kill()
    server.start()
    assert names(url) == ["größe 🎉"]


def test_what_was_committed_outlives_a_restart(server: Postgres | MariaDB) -> None:
    url = server.create_database("restarted")
    make_table(url)
    store(url, "1")
    server.restart()
    assert names(url) == ["1"]


def test_a_dropped_database_can_be_made_again_and_is_empty(server: Postgres | MariaDB) -> None:
    make_table(server.create_database("dropped"))
    server.drop_database("dropped")
    make_table(server.create_database("dropped"))


def test_a_killed_galera_node_joins_again_and_has_what_the_others_took(galera: GaleraCluster) -> None:
    urls = galera.create_database("replicated")
    make_table(urls[0])
    galera.kill_node(0)
    store(urls[1], "1")
    store(urls[2], "2")
    galera.start_node(0)
    assert names(urls[0]) == ["1", "2"]
