"""The tables, as typed classes.

Times are whole seconds since the epoch, UTC. Text compares byte by byte on every database: names that
differ in case, accents or trailing blanks are different names (contract 1.4).
"""

from sqlalchemy import BigInteger, Index, Integer, MetaData, String, Text, UniqueConstraint
from sqlalchemy.dialects.mysql import LONGTEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

REVISION = "0001"
"""The migration that builds these tables: the oldest schema on which this release serves."""

# SQLite numbers rows by itself only where the key is called INTEGER.
Position = BigInteger().with_variant(Integer, "sqlite")
LongText = Text().with_variant(LONGTEXT, "mysql", "mariadb")

# Every other collation of MariaDB takes some names that differ for equal.
EXACT_TEXT = {
    "mysql_engine": "InnoDB",
    "mysql_default_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_nopad_bin",
    "mariadb_engine": "InnoDB",
    "mariadb_default_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
}
# Else SQLite gives the position of the last row again once that row is gone.
NUMBERED = {**EXACT_TEXT, "sqlite_autoincrement": True}


class Base(DeclarativeBase):
    """The root of all tables; constraints are named, so that a migration can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Definition:
    """What a stream definition and a transform have in common.

    ``position`` orders definitions by creation; ``revision`` counts 1, 2, 3 … for each definition;
    ``document`` is the JSON object of all fields that a client may set, as it is shown to the client.
    """

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(140))
    revision: Mapped[int]
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[str] = mapped_column(LongText)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[object, ...]:  # noqa: N805 - it gets the class
        return (UniqueConstraint("tenant_id", "name"), Index(None, "tenant_id", "position"), NUMBERED)


class StreamDefinition(Definition, Base):
    """A stream definition (contract 1.2)."""

    __tablename__ = "stream_definitions"


class Transform(Definition, Base):
    """A transform (contract 1.3); ``enabled`` stands in the document, too: here one can filter by it."""

    __tablename__ = "transforms"

    enabled: Mapped[bool]


class DeletedDefinition(Base):
    """Where a deleted definition stood, in each order, since its id is still good as the ``offset`` of a page."""

    __tablename__ = "deleted_definitions"
    __table_args__ = (EXACT_TEXT,)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    tenant_id: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(140))
    updated_at: Mapped[int] = mapped_column(BigInteger)


class DefinitionCount(Base):
    """How many definitions of a kind a tenant has: the quota is held against this row, under its lock."""

    __tablename__ = "definition_counts"
    __table_args__ = (EXACT_TEXT,)

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]


class Record:
    """A Kafka record to be: ``headers`` is a JSON object of texts, ``size`` counts the bytes of ``value``."""

    topic: Mapped[str] = mapped_column(String(249))
    key: Mapped[str] = mapped_column(String(36))
    headers: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(LongText)
    size: Mapped[int]
    created_at: Mapped[int] = mapped_column(BigInteger)


class OutboxMessage(Record, Base):
    """A record that waits for Kafka, written in the transaction of the change that it announces."""

    __tablename__ = "outbox"
    __table_args__ = (NUMBERED,)

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)


class SetAsideMessage(Record, Base):
    """A record that the broker will never take, and why; an operator settles it."""

    __tablename__ = "outbox_set_aside"
    __table_args__ = (EXACT_TEXT,)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(500))


class RelayLease(Base):
    """Which relay may publish, until when: ``expires_at`` in milliseconds on the database's own clock."""

    __tablename__ = "relay_lease"
    __table_args__ = (EXACT_TEXT,)

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(36))
    expires_at: Mapped[int] = mapped_column(BigInteger)
