"""Which connection a request gets: the one that was used last, for the database has it in its caches."""

import pytest
from sqlalchemy import Connection, text

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
