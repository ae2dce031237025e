"""Reads by the driver's cursor: what goes wrong is told as where SQLAlchemy executes."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from api.running_service import databases
from monasca_events_api.errors import TransactionConflict, Unavailable
from monasca_events_api.storage.definitions import STREAM_DEFINITIONS
from monasca_events_api.storage.models import StreamDefinition
from monasca_events_api.storage.sessions import Database
from servers.run import folder_of_the_run

OWN_NUMBER = {"postgresql": "SELECT pg_backend_pid()", "mariadb": "SELECT connection_id()"}
CUT = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL {}"}


@pytest.fixture(params=databases)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(request: pytest.FixtureRequest, name: str) -> Iterator[Database]:
    database = Database(databases[name](request, folder_of_the_run(f"reads-{name}")))
    with database.migrating() as migrating:
        StreamDefinition.metadata.create_all(migrating)
        migrating.commit()
    yield database
    database.dispose()


def read(database: Database) -> object:
    with database.immediate() as connection:
        return STREAM_DEFINITIONS.find(connection, "tenant", "none")


def cut(killer: Connection, victim: Connection, name: str) -> None:
    number = int(victim.execute(text(OWN_NUMBER[name])).scalar_one())
    killer.execute(text(CUT[name].format(number)))


def test_a_database_without_the_schema_is_unavailable(database: Database) -> None:
    with database.migrating() as migrating:
        StreamDefinition.metadata.drop_all(migrating)
        migrating.commit()
    with pytest.raises(Unavailable, match="lacks the schema"):
        read(database)


@pytest.mark.parametrize("name", CUT, indirect=True)
def test_a_read_on_a_connection_that_was_cut_may_be_tried_again(database: Database, name: str) -> None:
    with database.migrating() as killer, database.immediate() as victim:
        cut(killer, victim, name)
        with pytest.raises(TransactionConflict, match="away"):
            STREAM_DEFINITIONS.find(victim, "tenant", "none")


@pytest.mark.parametrize("name", CUT, indirect=True)
def test_a_cut_connection_takes_with_it_all_others_that_may_be_gone(database: Database, name: str) -> None:
    with database.migrating() as killer:
        with database.immediate() as first, database.immediate() as second, database.immediate() as third:
            for each in (first, second, third):
                cut(killer, each, name)
        with pytest.raises(TransactionConflict):
            read(database)
    assert read(database) is None
