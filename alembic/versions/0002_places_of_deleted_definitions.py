"""Deleted definitions keep their place in every order. Expand only: the old release writes neither column."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deleted_definitions", sa.Column("name", sa.String(140), nullable=True))
    op.add_column("deleted_definitions", sa.Column("updated_at", sa.BigInteger, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deleted_definitions") as table:
        table.drop_column("updated_at")
        table.drop_column("name")
