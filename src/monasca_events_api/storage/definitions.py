"""Every statement on the tables of definitions (contract 1.4): one set for both kinds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, Table, UniqueConstraint, Update, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from monasca_events_api.errors import NameTaken
from monasca_events_api.storage.failures import is_broken
from monasca_events_api.storage.models import DeletedDefinition, StreamDefinition, Transform
from monasca_events_api.storage.sessions import Connection, Transaction
from monasca_events_api.storage.statements import change, insert_of, rows

NUL = "\0"
"""PostgreSQL takes no text with it, not even to look for."""


class StoredDefinition(NamedTuple):
    """A definition as it is stored; see ``models.Definition`` for the columns."""

    id: str
    tenant_id: str
    name: str
    revision: int
    created_at: int
    updated_at: int
    document: str
    position: int


class ListedDefinition(NamedTuple):
    """What a page has of a stored definition; PyMySQL reads each column of each row in Python."""

    id: str
    created_at: int
    updated_at: int
    document: str


_GONE = cast("Table", DeletedDefinition.__table__)
_REMEMBER = insert(_GONE).values(dict.fromkeys(_GONE.columns.keys()))


class Definitions:
    """The definitions of one kind."""

    def __init__(self, model: type[StreamDefinition | Transform], kind: str) -> None:
        self.kind = kind
        self.table = table = cast("Table", model.__table__)
        self._columns = [table.c[name] for name in StoredDefinition._fields]
        self._of_tenant = table.c.tenant_id == bindparam("tenant")
        one = (self._of_tenant, table.c.id == bindparam("identifier"))
        self._find = select(*self._columns).where(*one)
        self._lock = self._find.with_for_update()
        last = table.alias("last")
        self._position_of_id = (
            select(last.c.position)
            .where(last.c.tenant_id == bindparam("tenant"), last.c.id == bindparam("after"))
            .scalar_subquery()
        )
        self._insert = insert_of(table)
        self._at = table.c.position == bindparam("at")
        self._delete = delete(table).where(self._at)
        unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
        (self._one_of_a_name,) = (each for each in unique if "name" in each.columns)

    def find(self, connection: Connection, tenant_id: str, identifier: str) -> StoredDefinition | None:
        """Return the tenant's definition of that id, None if there is none."""
        values = {"tenant": tenant_id, "identifier": identifier}
        found = [] if NUL in identifier else rows(connection, self._find, values)
        return StoredDefinition._make(found[0]) if found else None

    def tenant_of(self, connection: Connection, identifier: str) -> str | None:
        """Return whose definition has that id, or had it until it was deleted; None if there was none."""
        gone = (DeletedDefinition.id == identifier, DeletedDefinition.kind == self.kind)
        statement = select(self.table.c.tenant_id).where(self.table.c.id == identifier)
        return connection.execute(statement.union_all(select(DeletedDefinition.tenant_id).where(*gone))).scalar()

    def lock(self, transaction: Transaction, tenant_id: str, identifier: str) -> StoredDefinition | None:
        """Return the tenant's definition as it is now and keep others from changing it until the commit."""
        values = {"tenant": tenant_id, "identifier": identifier}
        row = None if NUL in identifier else change(transaction, self._lock, values).first()
        return None if row is None else StoredDefinition._make(row)

    def insert(self, transaction: Transaction, values: Mapping[str, Any]) -> None:
        """Add a definition; *values* by column. Raises NameTaken."""
        with self.naming(values["name"]):
            change(transaction, self._insert, values)

    def update(self, transaction: Transaction, position: int, values: Mapping[str, Any]) -> None:
        """Change the definition at *position*, which the transaction has locked. Raises NameTaken."""
        with self.naming(values["name"]):
            change(transaction, self._update(tuple(values)), {"at": position, **values})

    @contextmanager
    def naming(self, name: str) -> Iterator[None]:
        """Give a definition the name *name* in the ``with``. Raises NameTaken."""
        try:
            yield
        except IntegrityError as error:
            if is_broken(self._one_of_a_name, error):
                raise NameTaken(name, self.kind) from error
            raise

    def delete(self, transaction: Transaction, stored: StoredDefinition) -> None:
        """Remove a definition that the transaction has locked, remembering where it stood."""
        change(transaction, self._delete, {"at": stored.position})
        change(transaction, _REMEMBER, {**stored._asdict(), "kind": self.kind})

    def page(
        self, connection: Connection, tenant_id: str, *, after: int | str, most: int, filters: Mapping[str, Any]
    ) -> list[ListedDefinition]:
        """Return up to *most* of the tenant's definitions behind *after*, by creation.

        That is a position, or the id of a definition of the tenant: behind one that is not there is nothing. *filters*
        are columns and the values that they must have.
        """
        statement = self._page(
            connection.dialect.name, tuple(filters), ListedDefinition._fields, by_id=isinstance(after, str)
        )
        values = {"tenant": tenant_id, "after": after, "most": most, **filters}
        return [ListedDefinition._make(row) for row in rows(connection, statement, values)]

    def behind(self, connection: Connection, position: int, most: int, tenant_id: str | None) -> list[StoredDefinition]:
        """Return up to *most* definitions behind *position*, by creation: one tenant's, or those of all (None)."""
        if tenant_id is None:
            column = self.table.c.position
            statement = select(*self._columns).where(column > position).order_by(column).limit(most)
            return [StoredDefinition._make(row) for row in connection.execute(statement)]
        statement = self._page(connection.dialect.name, (), StoredDefinition._fields, by_id=False)
        found = rows(connection, statement, {"tenant": tenant_id, "after": position, "most": most})
        return [StoredDefinition._make(row) for row in found]

    @cache  # noqa: B019 - there are two, as long as the process
    def _update(self, columns: tuple[str, ...]) -> Update:
        return update(self.table).where(self._at).values(dict.fromkeys(columns))

    @cache  # noqa: B019 - as above
    def _page(self, database: str, filters: tuple[str, ...], columns: tuple[str, ...], *, by_id: bool) -> Select[Any]:
        """Return the *columns* of a page, by the index on tenant and position unless one by the name is better.

        Asked plainly, PostgreSQL goes through the primary key for a tenant that has much of the table, and through
        all the rows of others behind the tenant's last one (109 ms among 600 000). It cannot where the order begins
        with the tenant, unless it knows that there is only one: hence no equality.
        """
        tenant, position = self.table.c.tenant_id, self.table.c.position
        after = self._position_of_id if by_id else bindparam("after")
        matches = [self.table.c[name] == bindparam(name) for name in filters]
        page = select(*(self.table.c[name] for name in columns)).where(*matches).limit(bindparam("most"))
        if database == "postgresql" and "name" not in filters:
            behind = tuple_(tenant, position) > tuple_(bindparam("tenant", type_=tenant.type), after)
            return page.where(behind, tenant <= bindparam("tenant")).order_by(tenant, position)
        plain = page.where(self._of_tenant, position > after).order_by(position)
        if database == "sqlite" or "name" in filters:
            return plain
        (index,) = self.table.indexes
        return plain.with_hint(self.table, f"FORCE INDEX ({index.name})")


STREAM_DEFINITIONS = Definitions(StreamDefinition, "stream-definition")
TRANSFORMS = Definitions(Transform, "transform")
