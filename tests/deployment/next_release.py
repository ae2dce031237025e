"""A release after this one, made of this one's sources: it adds to every definition what this one does not know."""

import re
import shutil
from pathlib import Path

from monasca_events_api.storage.models import REVISION
from servers.api_process import PROJECT, ApiProcess

NEXT = f"{int(REVISION) + 1:04}"
COLUMN = "note"
WRITTEN = "next"
"""What the next release writes there; this one leaves it NULL."""
MIGRATION = f'''\
"""What is added: a column that may be null, one with a default, an index, a table."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{REVISION}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("transforms", "stream_definitions"):
        op.add_column(table, sa.Column("{COLUMN}", sa.String(20)))
        op.create_index(f"ix_{{table}}_{COLUMN}", table, ["{COLUMN}"])
    op.add_column("outbox", sa.Column("{COLUMN}", sa.String(20), nullable=False, server_default=""))
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table("notes")
    op.drop_column("outbox", "{COLUMN}")
    for table in ("transforms", "stream_definitions"):
        op.drop_index(f"ix_{{table}}_{COLUMN}", table)
        op.drop_column(table, "{COLUMN}")
'''
MAPPED = f'    {COLUMN}: Mapped[str | None] = mapped_column(String(20), default="{WRITTEN}")\n'


def next_release(folder: Path) -> dict[str, str]:
    """Make the next release in *folder* and return the environment in which every program is of that release."""
    # Not as links: its migrations are its own.
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(PROJECT / "src", folder / "src", symlinks=False, ignore=ignored)
    package = folder / "src" / "monasca_events_api"
    (package / "alembic" / "versions" / f"{NEXT}_note.py").write_text(MIGRATION)
    models = package / "storage" / "models.py"
    text = models.read_text().replace(f'REVISION = "{REVISION}"', f'REVISION = "{NEXT}"')
    text, number = re.subn(r"^    document: Mapped.*\n", rf"\g<0>{MAPPED}", text, flags=re.MULTILINE)
    assert number == 1
    models.write_text(text)
    return {"PYTHONPATH": str(folder / "src")}


def restarted(api: ApiProcess, environment: dict[str, str]) -> None:
    """Stop a process of the service and start it as the release of *environment*; none is this release."""
    api.stop()
    api.process.environment = environment
    api.start()
