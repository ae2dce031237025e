"""What a read looks at: as many rows as it shows, however many the tenant has, and others have behind it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text

from api.running_service import databases
from monasca_events_api.storage.definition_pages import CREATION, STREAM_DEFINITION_PAGES, Order
from monasca_events_api.storage.definitions import STREAM_DEFINITIONS
from monasca_events_api.storage.models import StreamDefinition
from monasca_events_api.storage.sessions import Database
from servers.run import folder_of_the_run

TENANT = "large"
OWN, ALL = 3_000, 6_000
"""The tenant's come first; the rest is a hundred others'."""
PAGE = 51
"""As many as the service asks for when it shows fifty."""
UNTIL_PREPARED = 20
"""After five times a statement is prepared, after five more it may be planned for all its values at once."""


def rows_read_postgresql(connection: Connection) -> int:
    connection.execute(text("SELECT pg_stat_force_next_flush()"))
    read = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'stream_definitions'"
    return int(connection.execute(text(read)).scalar_one())


def rows_read_mariadb(connection: Connection) -> int:
    read = connection.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'"))
    return sum(int(number) for name, number in read if not name.endswith("_deleted"))


ROWS_READ: Mapping[str, Callable[[Connection], int]] = {
    "postgresql": rows_read_postgresql,
    "mariadb": rows_read_mariadb,
}
STATISTICS = {
    ("postgresql", True): "VACUUM ANALYZE stream_definitions",
    ("postgresql", False): "ALTER TABLE stream_definitions SET (autovacuum_enabled = false)",
    ("mariadb", True): "ANALYZE TABLE stream_definitions",
}


@pytest.fixture(scope="module", params=[*STATISTICS], ids=lambda it: f"{it[0]}{'' if it[1] else ', not counted yet'}")
def counted(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """A kind of database, and whether it has counted the rows of its tables."""
    kind, counted = request.param
    return str(kind), bool(counted)


@pytest.fixture(scope="module")
def kind(counted: tuple[str, bool]) -> str:
    return counted[0]


@pytest.fixture(scope="module")
def connection(request: pytest.FixtureRequest, kind: str, counted: tuple[str, bool]) -> Iterator[Connection]:
    """A connection as a read has it, to a database with ALL definitions."""
    folder: Path = folder_of_the_run(f"storage-{kind}")
    database = Database(databases[kind](request, folder))
    with database.migrating() as migrating:
        StreamDefinition.metadata.create_all(migrating)
        if not counted[1]:
            migrating.execute(text(STATISTICS[counted]))
        migrating.execute(insert(StreamDefinition), [row(number) for number in range(ALL)])
        migrating.commit()
    with database.immediate() as connection:
        if counted[1]:
            connection.execute(text(STATISTICS[counted]))
        yield connection
    database.dispose()


def row(number: int) -> dict[str, object]:
    tenant = TENANT if number < OWN else f"small-{number % 100}"
    return {
        "id": f"id-{number}",
        "tenant_id": tenant,
        "name": f"name {number}",
        "revision": 1,
        "created_at": 1767323045,
        "updated_at": 1767323045 + number,
        "document": "{}",
    }


def page(connection: Connection, order: Order, at: str | None) -> Callable[[], object]:
    """Return what reads the page of *order* behind the definition *at*, the first one for None."""
    return lambda: STREAM_DEFINITION_PAGES.read(connection, TENANT, order, after=at, value=None, most=PAGE, filters={})


def rows_for(kind: str, connection: Connection, read: Callable[[], object]) -> int:
    """Return how many rows *read* looked at, once its statement is prepared."""
    for _ in range(UNTIL_PREPARED):
        read()
    before = ROWS_READ[kind](connection)
    read()
    return ROWS_READ[kind](connection) - before


@pytest.mark.parametrize("at", [None, "id-1500", f"id-{OWN - PAGE - 1}"])
def test_a_page_looks_at_little_more_than_it_shows(kind: str, connection: Connection, at: str | None) -> None:
    assert rows_for(kind, connection, page(connection, CREATION, at)) <= 2 * PAGE


def test_a_page_in_another_order_looks_at_the_rows_of_its_tenant_alone(kind: str, connection: Connection) -> None:
    newest_first = Order("updated_at", descending=True)
    assert rows_for(kind, connection, page(connection, newest_first, None)) <= OWN + 2 * PAGE


def test_the_last_page_does_not_look_at_what_others_have_behind_it(kind: str, connection: Connection) -> None:
    assert rows_for(kind, connection, page(connection, CREATION, f"id-{OWN - 2}")) <= 3


def test_a_definition_is_found_by_its_id_alone(kind: str, connection: Connection) -> None:
    assert rows_for(kind, connection, lambda: STREAM_DEFINITIONS.find(connection, TENANT, "id-2000")) <= 2
