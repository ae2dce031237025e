"""The statements that read a tenant's definitions page by page, in each order (contract 1.4, Pages)."""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, collate, func, or_, select

from monasca_events_api.storage.definitions import STREAM_DEFINITIONS, TRANSFORMS, Definitions, ListedDefinition
from monasca_events_api.storage.models import DeletedDefinition
from monasca_events_api.storage.sessions import Connection
from monasca_events_api.storage.statements import rows


class Order(NamedTuple):
    """By which of KEYS, and whether the greatest comes first."""

    key: str
    descending: bool = False


KEYS = ("created_at", "name", "updated_at")
CREATION = Order("created_at")


class Place(NamedTuple):
    """Where a definition stands, or stood, in each order."""

    position: int
    name: str
    updated_at: int


class DefinitionPages:
    """The pages of the definitions of one kind."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._table = definitions.table
        self._of_tenant = self._table.c.tenant_id == bindparam("tenant")
        self._standing = select(*(self._table.c[name] for name in Place._fields)).where(
            self._of_tenant, self._table.c.id == bindparam("identifier")
        )

    def read(
        self,
        connection: Connection,
        tenant_id: str,
        order: Order,
        *,
        after: str | None,
        value: Any,
        most: int,
        filters: Mapping[str, Any],
    ) -> list[ListedDefinition] | None:
        """Return up to *most* of the tenant's definitions in *order*, behind the one with the id *after*.

        That one may be gone by now; None where it never was. *value* is what it was sorted by when it was shown, None
        for what it is, or was at the last, sorted by. *filters* are columns and the values that they must have.
        """
        if order == CREATION:
            return self._by_creation(connection, tenant_id, after, most, filters)
        place = None
        if after is not None:
            place = self._stands(connection, tenant_id, after) or self.stood(connection, tenant_id, after)
            if place is None:
                return None
            if value is not None:
                place = place._replace(**{order.key: value})
        columns = self._sorted_by(order.key, connection.dialect.name)
        statement = (
            select(*(self._table.c[name] for name in ListedDefinition._fields))
            .where(self._of_tenant, *self._matching(filters))
            .order_by(*(column.desc() if order.descending else column for column in columns))
            .limit(bindparam("most"))
        )
        if place is not None:
            statement = statement.where(_behind(columns, _values(order.key, place), descending=order.descending))
        found = connection.execute(statement, {"tenant": tenant_id, "most": most, **filters})
        return [ListedDefinition._make(row) for row in found]

    def stood(self, connection: Connection, tenant_id: str, identifier: str) -> Place | None:
        """Return where the tenant's deleted definition of that id stood, None if there was none."""
        values = {"tenant": tenant_id, "identifier": identifier, "what": self._definitions.kind}
        found = rows(connection, _GONE, values)
        return Place._make(found[0]) if found else None

    def _by_creation(
        self, connection: Connection, tenant_id: str, after: str | None, most: int, filters: Mapping[str, Any]
    ) -> list[ListedDefinition] | None:
        page = partial(self._definitions.page, connection, tenant_id, most=most, filters=filters)
        found = page(after=0 if after is None else after)
        if found or after is None or self._stands(connection, tenant_id, after):
            return found
        gone = self.stood(connection, tenant_id, after)
        return None if gone is None else page(after=gone.position)

    def _stands(self, connection: Connection, tenant_id: str, identifier: str) -> Place | None:
        found = rows(connection, self._standing, {"tenant": tenant_id, "identifier": identifier})
        return Place._make(found[0]) if found else None

    def count(self, connection: Connection, tenant_id: str, filters: Mapping[str, Any]) -> int:
        """Return how many definitions the tenant has that match *filters*."""
        statement = select(func.count()).select_from(self._table).where(self._of_tenant, *self._matching(filters))
        return int(connection.execute(statement, {"tenant": tenant_id, **filters}).scalar_one())

    def _matching(self, filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
        return [self._table.c[name] == bindparam(name) for name in filters]

    def _sorted_by(self, key: str, dialect: str) -> list[ColumnElement[Any]]:
        table = self._table
        if key == "name":
            # PostgreSQL alone would sort by the language of the database; a tenant's few rows need no index for it.
            return [collate(table.c.name, "C") if dialect == "postgresql" else table.c.name]
        return [table.c.updated_at, table.c.position] if key == "updated_at" else [table.c.position]


def _values(key: str, place: Place) -> list[Any]:
    if key == "name":
        return [place.name]
    return [place.updated_at, place.position] if key == "updated_at" else [place.position]


def _behind(columns: list[ColumnElement[Any]], values: list[Any], *, descending: bool) -> ColumnElement[bool]:
    """Return the condition that a row's *columns*, compared one after the other, come behind *values*."""
    steps = []
    for index, (column, value) in enumerate(zip(columns, values, strict=True)):
        equal = [before == given for before, given in zip(columns[:index], values, strict=False)]
        steps.append(and_(*equal, column < value if descending else column > value))
    return or_(*steps)


_GONE = select(*(DeletedDefinition.__table__.c[name] for name in Place._fields)).where(
    DeletedDefinition.id == bindparam("identifier"),
    DeletedDefinition.tenant_id == bindparam("tenant"),
    DeletedDefinition.kind == bindparam("what"),
)

STREAM_DEFINITION_PAGES = DefinitionPages(STREAM_DEFINITIONS)
TRANSFORM_PAGES = DefinitionPages(TRANSFORMS)
