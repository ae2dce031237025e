"""The second history: what the database holds when all is over."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnClause, Connection, Engine, Select, column, create_engine, func, select, table

from servers.processes import wait_until

from .changes import Body, Kind

TABLES = {Kind.STREAM_DEFINITION: "stream_definitions", Kind.TRANSFORM: "transforms"}
COLUMNS: list[ColumnClause[Any]] = [column(name) for name in ("id", "tenant_id", "revision", "document")]
WAITING = select(func.count()).select_from(table("outbox"))
KINDS = {"stream-definition": Kind.STREAM_DEFINITION, "transform": Kind.TRANSFORM}
GONE: Select[Any] = select(column("id"), column("kind"), column("tenant_id")).select_from(table("deleted_definitions"))
SET_ASIDE: Select[Any] = select(column("key"), column("headers")).select_from(table("outbox_set_aside"))


class Definition(NamedTuple):
    """A definition as it stands in its table."""

    kind: Kind
    tenant_id: str
    revision: int
    body: Body


class Deleted(NamedTuple):
    """What is remembered of a definition that was deleted."""

    kind: Kind
    tenant_id: str


class Stored(NamedTuple):
    """What there is, and what is gone, by id; and whose revisions were set aside."""

    definitions: Mapping[str, Definition]
    deleted: Mapping[str, Deleted]
    set_aside: frozenset[tuple[str, int]] = frozenset()


def read_stored(url: str) -> Stored:
    """Read the database at *url*."""
    engine = create_engine(url)
    with engine.connect() as connection:
        stored = Stored(
            dict(_definitions(connection)),
            {identifier: Deleted(KINDS[kind], tenant) for identifier, kind, tenant in connection.execute(GONE)},
            frozenset((key, int(json.loads(text)["revision"])) for key, text in connection.execute(SET_ASIDE)),
        )
    engine.dispose()
    return stored


def wait_for_empty_outbox(url: str, seconds: float = 60) -> None:
    """Wait until no announcement waits any more."""
    engine = create_engine(url)
    wait_until(lambda: _waiting(engine) == 0, "the outbox is empty", seconds)
    engine.dispose()


def _waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(WAITING).scalar_one())


def _definitions(connection: Connection) -> Iterator[tuple[str, Definition]]:
    for kind, name in TABLES.items():
        for row in connection.execute(select(*COLUMNS).select_from(table(name))):
            yield row.id, Definition(kind, row.tenant_id, row.revision, json.loads(row.document))
