"""What an account without rights is told: it is no defect of the service, and no client's fault."""

from collections.abc import Iterator

import pytest

from monasca_events_api.domain import outbox
from monasca_events_api.errors import Unavailable
from monasca_events_api.storage.definitions import STREAM_DEFINITIONS
from monasca_events_api.storage.sessions import Database

SERVERS = {"postgresql": "postgres", "mariadb": "mariadb"}
# On MariaDB nobody who has no right at all comes in.
ADMITTED = {
    "postgresql": ["CREATE ROLE guest LOGIN PASSWORD 'guest'"],
    "mariadb": ["CREATE USER guest IDENTIFIED BY 'guest'", "GRANT SELECT ON `{database}`.relay_lease TO guest"],
}
GONE = {"postgresql": "DROP ROLE guest", "mariadb": "DROP USER guest"}


@pytest.fixture
def guest(request: pytest.FixtureRequest, database: Database, name: str) -> Iterator[Database]:
    """The database as somebody has it who may look at no definition."""
    server = request.getfixturevalue(SERVERS[name])
    for statement in ADMITTED[name]:
        server.execute(statement.format(database=database.url.database))
    url = database.url.set(username="guest", password="guest")
    guest = Database(url.render_as_string(hide_password=False))
    yield guest
    guest.dispose()
    server.execute(GONE[name])


def read(database: Database) -> None:
    with database.immediate() as connection:
        STREAM_DEFINITIONS.find(connection, "tenant", "none")


@pytest.mark.parametrize("name", SERVERS, indirect=True)
def test_without_rights_on_its_tables_the_service_is_unavailable(guest: Database) -> None:
    with pytest.raises(Unavailable, match="The database denies the service access"):
        read(guest)


@pytest.mark.parametrize("name", SERVERS, indirect=True)
def test_the_log_says_which_rights_are_missing(guest: Database, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unavailable):
        read(guest)
    (line,) = caplog.messages
    assert line.startswith("database denies access error=")
    assert "stream_definitions" in line


@pytest.mark.parametrize("name", ["mariadb"], indirect=True)
def test_without_rights_on_the_database_it_is_told_the_same(request: pytest.FixtureRequest, guest: Database) -> None:
    request.getfixturevalue("mariadb").execute("REVOKE ALL, GRANT OPTION FROM guest")
    with pytest.raises(Unavailable, match="denies the service access"):
        read(guest)


@pytest.mark.parametrize("name", ["mariadb"], indirect=True)
def test_who_may_only_read_is_told_before_anything_is_written(request: pytest.FixtureRequest, guest: Database) -> None:
    request.getfixturevalue("mariadb").execute(f"GRANT SELECT ON `{guest.url.database}`.* TO guest")
    with pytest.raises(Unavailable, match="denies the service access"):
        outbox.check(guest)
