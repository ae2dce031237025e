"""Stream definitions, transforms, their outbox and its relay: the first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer, "sqlite")
LONG_TEXT = sa.Text().with_variant(LONGTEXT, "mysql", "mariadb")
EXACT_TEXT = {
    "mysql_engine": "InnoDB",
    "mysql_default_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_nopad_bin",
    "mariadb_engine": "InnoDB",
    "mariadb_default_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
}
NUMBERED = {**EXACT_TEXT, "sqlite_autoincrement": True}


def upgrade() -> None:
    create_definitions("stream_definitions")
    create_definitions("transforms", sa.Column("enabled", sa.Boolean, nullable=False))
    op.create_table(
        "deleted_definitions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(140), nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deleted_definitions"),
        **EXACT_TEXT,
    )
    op.create_table(
        "definition_counts",
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", name="pk_definition_counts"),
        **EXACT_TEXT,
    )
    op.create_table(
        "outbox",
        sa.Column("position", POSITION, nullable=False, autoincrement=True),
        *record_columns(),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
        **NUMBERED,
    )
    op.create_table(
        "outbox_set_aside",
        sa.Column("position", sa.BigInteger, nullable=False, autoincrement=False),
        *record_columns(),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_outbox_set_aside"),
        **EXACT_TEXT,
    )
    lease = op.create_table(
        "relay_lease",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_relay_lease"),
        **EXACT_TEXT,
    )
    op.bulk_insert(lease, [{"name": "relay", "holder": "", "expires_at": 0}])


def create_definitions(name: str, *more: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("position", POSITION, nullable=False, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(140), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("document", LONG_TEXT, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("position", name=f"pk_{name}"),
        sa.UniqueConstraint("id", name=f"uq_{name}_id"),
        sa.UniqueConstraint("tenant_id", "name", name=f"uq_{name}_tenant_id_name"),
        **NUMBERED,
    )
    op.create_index(f"ix_{name}_tenant_id_position", name, ["tenant_id", "position"])


def record_columns() -> list[sa.Column]:
    return [
        sa.Column("topic", sa.String(249), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("value", LONG_TEXT, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    ]


def downgrade() -> None:
    tables = ("relay_lease", "outbox_set_aside", "outbox", "definition_counts", "deleted_definitions")
    for table in (*tables, "transforms", "stream_definitions"):
        op.drop_table(table)
