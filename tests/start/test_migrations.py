"""The migrations build exactly the models, up and down, on the three databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, inspect

from monasca_events_api.storage.models import Base
from start.programs import ini, run


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    match request.param:
        case "postgresql":
            return str(request.getfixturevalue("postgres").create_database(f"m_{tmp_path.name}"))
        case "mariadb":
            return str(request.getfixturevalue("mariadb").create_database(f"m_{tmp_path.name}"))
        case _:
            return f"sqlite:///{tmp_path}/monasca-events.sqlite"


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        yield connection


@pytest.fixture
def file(url: str, tmp_path: Path) -> Path:
    return ini(tmp_path, {"app:main": {"sqlalchemy.url": url}})


def migrate(file: Path, *arguments: str) -> None:
    assert run("alembic", "-c", file, *arguments).status == 0


def differences(connection: Connection) -> object:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, Base.metadata)


def test_the_migrations_build_exactly_the_models(file: Path, connection: Connection) -> None:
    migrate(file, "upgrade", "head")
    assert differences(connection) == []


def test_downwards_they_leave_nothing(file: Path, connection: Connection) -> None:
    migrate(file, "upgrade", "head")
    migrate(file, "downgrade", "base")
    assert set(inspect(connection).get_table_names()) - {"sqlite_sequence"} == {"alembic_version"}


def test_each_can_be_undone_and_done_again(file: Path, connection: Connection) -> None:
    migrate(file, "upgrade", "head")
    migrate(file, "downgrade", "base")
    migrate(file, "upgrade", "head")
    assert differences(connection) == []


def test_a_second_upgrade_changes_nothing(file: Path, connection: Connection) -> None:
    migrate(file, "upgrade", "head")
    migrate(file, "upgrade", "head")
    assert differences(connection) == []
