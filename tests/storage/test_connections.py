"""Which connection a request gets: the one that was used last, for the database has it in its caches."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from api.running_service import databases
from monasca_events_api.storage.sessions import Database
from servers.run import folder_of_the_run

NUMBER_OF = {"postgresql": "SELECT pg_backend_pid()", "mariadb": "SELECT connection_id()"}


@pytest.fixture(params=NUMBER_OF)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(request: pytest.FixtureRequest, kind: str) -> Iterator[Database]:
    database = Database(databases[kind](request, folder_of_the_run(f"connections-{kind}")))
    yield database
    database.dispose()


def number(connection: Connection, kind: str) -> int:
    """Return by which number the database knows a connection."""
    return int(connection.execute(text(NUMBER_OF[kind])).scalar_one())


def test_one_request_after_the_other_has_the_same_connection_of_several(database: Database, kind: str) -> None:
    with database.immediate() as first, database.immediate() as second, database.immediate() as third:
        assert len({number(each, kind) for each in (first, second, third)}) == 3
    found = set()
    for _ in range(3):
        with database.immediate() as connection:
            found.add(number(connection, kind))
    assert len(found) == 1
