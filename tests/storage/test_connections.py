"""Which connection a request gets: the one that was used last, and none to a server that serves no more."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, text

from monasca_events_api.domain import outbox
from monasca_events_api.errors import Unavailable
from monasca_events_api.storage.driver_arguments import SERVING
from monasca_events_api.storage.sessions import Database

NUMBER_OF = {"postgresql": "SELECT pg_backend_pid()", "mariadb": "SELECT connection_id()"}


def number(connection: Connection, name: str) -> int:
    """Return by which number the database knows a connection."""
    return int(connection.execute(text(NUMBER_OF[name])).scalar_one())


@pytest.mark.parametrize("name", NUMBER_OF, indirect=True)
def test_one_request_after_the_other_has_the_same_connection_of_several(database: Database, name: str) -> None:
    with database.immediate() as first, database.immediate() as second, database.immediate() as third:
        assert len({number(each, name) for each in (first, second, third)}) == 3
    found = set()
    for _ in range(3):
        with database.immediate() as connection:
            found.add(number(connection, name))
    assert len(found) == 1


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_server_that_has_become_read_only_is_left(database: Database) -> None:
    with database.immediate() as connection:
        connection.execute(text("SET default_transaction_read_only = on"))  # as one has it that is primary no more
    with pytest.raises(Unavailable):
        create_table(database)
    create_table(database)


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_server_that_has_become_read_only_is_told_before_anything_is_written(database: Database) -> None:
    with database.immediate() as connection:
        connection.execute(text("SET default_transaction_read_only = on"))
    with pytest.raises(Unavailable):
        outbox.check(database)
    outbox.check(database)


@pytest.mark.parametrize("name", ["mariadb"], indirect=True)
@pytest.mark.parametrize("password", ["é", "€"])
def test_a_password_may_have_characters_beyond_ascii(database: Database, password: str) -> None:
    user = f"user-{ord(password)}"
    with database.immediate() as connection:
        connection.execute(text(f"CREATE USER '{user}'@'%' IDENTIFIED BY '{password}'"))
    other = Database(str(database.url.set(username=user, database="information_schema")), password)
    with other.immediate() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    other.dispose()


@pytest.mark.parametrize("name", ["mariadb"], indirect=True)
def test_while_a_file_of_certificates_is_not_there_the_database_is_away(database: Database) -> None:
    url = database.url.update_query_dict({"ssl_ca": "/nowhere/ca.pem"})
    with pytest.raises(Unavailable, match="The database is away"):
        Database(url.render_as_string(hide_password=False)).immediate()


@pytest.mark.parametrize("name", ["sqlite"], indirect=True)
def test_a_transaction_that_cannot_begin_keeps_no_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SERVING["sqlite"], "timeout", 0)
    other = Database(str(database.url))
    with database.transaction(), pytest.raises(Unavailable), other.transaction():
        pass
    assert other._changes.pool.checkedout() == 0
    other.dispose()


def create_table(database: Database) -> None:
    with database.immediate() as connection:
        connection.execute(text("CREATE TABLE written (number int)"))


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_host_that_is_gone_is_noticed_within_seconds(database: Database) -> None:
    with database.immediate() as connection:
        driver: Any = connection.connection.driver_connection
        with socket.socket(fileno=socket.dup(driver.fileno())) as its:
            asked = its.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            idle, interval, count = (
                its.getsockopt(socket.IPPROTO_TCP, each)
                for each in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            )
    assert (asked, idle + interval * count) == (1, 11)


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_options_that_the_url_gives_are_there_beside_ours(database: Database) -> None:
    url = database.url.update_query_dict({"options": "-c search_path=events"})
    other = Database(url.render_as_string(hide_password=False))
    for connect, limit in ((other.immediate, "5s"), (other.migrating, "2s")):
        with connect() as connection:
            for setting, value in (("search_path", "events"), ("lock_timeout", limit)):
                assert connection.execute(text(f"SHOW {setting}")).scalar() == value
    other.dispose()


@pytest.mark.parametrize("name", ["mariadb"], indirect=True)
def test_what_the_url_sets_is_set_beside_what_we_set(database: Database) -> None:
    url = database.url.update_query_dict({"init_command": "SET max_statement_time = 7, lock_wait_timeout = 9"})
    other = Database(url.render_as_string(hide_password=False))
    for connect, ours in ((other.immediate, "@@innodb_lock_wait_timeout"), (other.migrating, "@@lock_wait_timeout")):
        with connect() as connection:
            found = connection.execute(text(f"SELECT @@max_statement_time, {ours}")).one()
            assert tuple(found) == (7, 5 if connect == other.immediate else 2)
    other.dispose()


@contextmanager
def standing_still(process: int) -> Iterator[None]:
    """Stop the database's process of a connection, whose host goes on acknowledging what it is sent."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_server_that_stands_still_is_left_within_seconds(database: Database, name: str) -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable), database.immediate() as connection, standing_still(number(connection, name)):
        connection.execute(text("SELECT 1"))
    assert time.monotonic() - started < 20
    with database.immediate() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_so_is_one_that_stands_still_at_a_commit(database: Database, name: str) -> None:
    started = time.monotonic()
    with ExitStack() as standing, pytest.raises(Unavailable):
        change_and_stop(database, name, standing)
    assert time.monotonic() - started < 20


def change_and_stop(database: Database, name: str, standing: ExitStack) -> None:
    with database.transaction() as transaction:
        transaction.execute(text("CREATE TABLE never_committed (number int)"))
        standing.enter_context(standing_still(number(transaction, name)))
