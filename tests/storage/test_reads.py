"""Reads by the driver itself: what goes wrong is told as where SQLAlchemy executes."""

from collections.abc import Callable

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, literal_column, select, text
from sqlalchemy.exc import DataError

from monasca_events_api.errors import TransactionConflict, Unavailable
from monasca_events_api.storage.definitions import STREAM_DEFINITIONS
from monasca_events_api.storage.models import StreamDefinition
from monasca_events_api.storage.sessions import Database
from monasca_events_api.storage.statements import rows

OWN_NUMBER = {"postgresql": "SELECT pg_backend_pid()", "mariadb": "SELECT connection_id()"}
ASKED = select(literal_column("nextval('asked')"), literal_column("pg_sleep(60)"))
UNTIL_PREPARED = 6
"""psycopg prepares what it has executed five times."""
CUT = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL {}"}


def read(database: Database) -> object:
    with database.immediate() as connection:
        return STREAM_DEFINITIONS.find(connection, "tenant", "none")


def lock(database: Database) -> object:
    with database.transaction() as transaction:
        return STREAM_DEFINITIONS.lock(transaction, "tenant", "none")


def cut(killer: Connection, victim: Connection, name: str) -> None:
    number = int(victim.execute(text(OWN_NUMBER[name])).scalar_one())
    killer.execute(text(CUT[name].format(number)))


def test_a_database_without_the_schema_is_unavailable(database: Database) -> None:
    with database.migrating() as migrating:
        StreamDefinition.metadata.drop_all(migrating)
        migrating.commit()
    with pytest.raises(Unavailable, match="lacks the schema"):
        read(database)


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_connection_reads_once_the_schema_is_there(database: Database) -> None:
    with database.migrating() as migrating, database.immediate() as connection:
        StreamDefinition.metadata.drop_all(migrating)
        migrating.commit()
        with pytest.raises(Unavailable):
            STREAM_DEFINITIONS.find(connection, "tenant", "none")
        StreamDefinition.metadata.create_all(migrating)
        migrating.commit()
        assert STREAM_DEFINITIONS.find(connection, "tenant", "none") is None


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_column_that_a_migration_adds_disturbs_no_read(database: Database) -> None:
    with database.migrating() as migrating, database.immediate() as connection:
        STREAM_DEFINITIONS.find(connection, "tenant", "none")
        migrating.execute(text("ALTER TABLE stream_definitions ADD COLUMN next_release integer NOT NULL DEFAULT 0"))
        migrating.commit()
        assert STREAM_DEFINITIONS.find(connection, "tenant", "none") is None


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("ask", [read, lock])
def test_what_a_migration_gives_another_type_is_asked_for_again_on_a_new_connection(
    database: Database, ask: Callable[[Database], object]
) -> None:
    for _ in range(UNTIL_PREPARED):
        ask(database)
    with database.migrating() as migrating:
        migrating.execute(text("ALTER TABLE stream_definitions ALTER COLUMN name TYPE text"))
        migrating.commit()
    with pytest.raises(TransactionConflict):
        ask(database)
    assert ask(database) is None


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_read_in_a_transaction_begins_it(database: Database) -> None:
    with database.transaction() as transaction:
        STREAM_DEFINITIONS.find(transaction, "tenant", "none")
        driver = transaction.connection.driver_connection
        assert driver is not None
        assert driver.info.transaction_status == TransactionStatus.INTRANS


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_text_does_not_end_at_its_first_nul(database: Database) -> None:
    with database.immediate() as connection, pytest.raises(DataError):
        STREAM_DEFINITIONS.page(connection, "tenant", after=0, most=1, filters={"name": "name\0"})


@pytest.mark.parametrize("name", CUT, indirect=True)
def test_a_read_on_a_connection_that_was_cut_may_be_tried_again(database: Database, name: str) -> None:
    with database.migrating() as killer, database.immediate() as victim:
        cut(killer, victim, name)
        with pytest.raises(TransactionConflict, match="away"):
            STREAM_DEFINITIONS.find(victim, "tenant", "none")


@pytest.mark.parametrize("name", CUT, indirect=True)
def test_it_is_a_line_of_the_log_with_the_drivers_words(
    database: Database, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with database.migrating() as killer, database.immediate() as victim:
        cut(killer, victim, name)
        with pytest.raises(TransactionConflict) as told:
            STREAM_DEFINITIONS.find(victim, "tenant", "none")
    words = " ".join(str(told.value.__cause__).split())
    assert f"database connection cut error={words}" in caplog.messages


@pytest.mark.parametrize("name", CUT, indirect=True)
def test_a_cut_connection_takes_with_it_all_others_that_may_be_gone(database: Database, name: str) -> None:
    with database.migrating() as killer:
        with database.immediate() as first, database.immediate() as second, database.immediate() as third:
            for each in (first, second, third):
                cut(killer, each, name)
        with pytest.raises(TransactionConflict):
            read(database)
    assert read(database) is None


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_read_that_took_too_long_is_not_executed_again(database: Database) -> None:
    with database.immediate() as connection:
        connection.execute(text("CREATE SEQUENCE asked"))  # what has taken a number of it never gives it back
        connection.execute(text("SET statement_timeout = 200"))
        with pytest.raises(Unavailable):
            rows(connection, ASKED, {})
        assert connection.execute(text("SELECT last_value FROM asked")).scalar() == 1
