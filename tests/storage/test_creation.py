"""What a new definition is stored with: on PostgreSQL a single statement, and none that SQLAlchemy warns of."""

import warnings

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError

from api.examples import stream_definition
from monasca_events_api.domain import definitions
from monasca_events_api.domain.kinds import Kind, kinds
from monasca_events_api.errors import NameTaken
from monasca_events_api.settings import read_settings
from monasca_events_api.storage.definitions import STREAM_DEFINITIONS
from monasca_events_api.storage.sessions import Database

STATEMENTS = {"sqlite": 4, "postgresql": 1, "mariadb": 3}
"""The BEGIN of SQLite is one of them."""
STORED = {
    "id": "id-1",
    "tenant_id": "tenant",
    "name": "name",
    "revision": 1,
    "created_at": 0,
    "updated_at": 0,
    "document": "{}",
}


@pytest.fixture
def kind() -> Kind:
    return kinds(read_settings({"sqlalchemy.url": "sqlite://", "messages.publisher": "files"})).stream_definition


def create(database: Database, kind: Kind) -> str:
    with database.transaction() as transaction:
        return definitions.create(transaction, kind, "tenant", stream_definition(), "req-1").id


def delete(database: Database, kind: Kind, identifier: str) -> None:
    with database.transaction() as transaction:
        definitions.delete(transaction, kind, "tenant", identifier, lambda _revision: True, "req-2")


def test_a_tenant_who_has_definitions_gets_another_one_by_as_few_statements_as_the_database_allows(
    database: Database, kind: Kind, name: str
) -> None:
    create(database, kind)
    statements: list[str] = []

    def executed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", executed)
    create(database, kind)
    event.remove(Engine, "before_cursor_execute", executed)
    assert len(statements) == STATEMENTS[name], statements


def test_no_statement_of_a_creation_or_a_deletion_is_one_to_be_warned_of(database: Database, kind: Kind) -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        delete(database, kind, create(database, kind))
        create(database, kind)
    assert [str(each.message) for each in warned] == []


def insert(database: Database, values: dict[str, object]) -> None:
    with database.transaction() as transaction:
        STREAM_DEFINITIONS.insert(transaction, values)


def test_a_name_that_a_tenant_has_is_taken(database: Database) -> None:
    insert(database, STORED)
    with pytest.raises(NameTaken):
        insert(database, {**STORED, "id": "id-2"})


def test_another_constraint_that_is_broken_is_no_name_that_is_taken(database: Database) -> None:
    insert(database, STORED)
    with pytest.raises(IntegrityError):
        insert(database, {**STORED, "name": "uq_stream_definitions_tenant_id_name"})


@pytest.mark.parametrize("name", ["postgresql"], indirect=True)
def test_a_position_of_the_outbox_that_is_not_free_is_no_name_that_is_taken(database: Database, kind: Kind) -> None:
    create(database, kind)
    with database.immediate() as connection:
        connection.execute(text("SELECT setval('outbox_position_seq', 1, false)"))
    with pytest.raises(IntegrityError):
        create(database, kind)
