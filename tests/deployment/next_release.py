"""A release after this one, made of this one's sources: it adds to every definition what this one does not know."""

import re
import shutil
from pathlib import Path

from monasca_events_api.storage.models import REVISION
from servers.api_process import PROJECT, ApiProcess

COLUMN = "note"
WRITTEN = "next"
"""What the next release writes there; this one leaves it NULL."""
CHANGES = {
    "transforms": f"""
    op.add_column("transforms", sa.Column("{COLUMN}", sa.String(20)))
    op.create_index("ix_transforms_{COLUMN}", "transforms", ["{COLUMN}"])
""",
    "stream_definitions": f"""
    op.add_column("stream_definitions", sa.Column("{COLUMN}", sa.String(20)))
    op.create_index("ix_stream_definitions_{COLUMN}", "stream_definitions", ["{COLUMN}"])
""",
    "outbox": f"""
    op.add_column("outbox", sa.Column("{COLUMN}", sa.String(20), nullable=False, server_default=""))
""",
    "notes": """
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
""",
}
"""What is added: a column that may be null, with an index, one with a default, a table; one table by each migration.

Of two tables in one transaction a change of a definition has the one and waits for the other, and so may a migration.
"""
NEXT = f"{int(REVISION) + len(CHANGES):04}"
"""The schema of the next release."""
MIGRATION = """\
import sqlalchemy as sa
from alembic import op

revision = "{revision:04}"
down_revision = "{before:04}"
branch_labels = None
depends_on = None


def upgrade() -> None:{change}"""
MAPPED = f'    {COLUMN}: Mapped[str | None] = mapped_column(String(20), default="{WRITTEN}")\n'


def next_release(folder: Path) -> dict[str, str]:
    """Make the next release in *folder* and return the environment in which every program is of that release."""
    # Not as links: its migrations are its own.
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(PROJECT / "src", folder / "src", symlinks=False, ignore=ignored)
    package = folder / "src" / "monasca_events_api"
    for before, (table, change) in enumerate(CHANGES.items(), int(REVISION)):
        file = package / "alembic" / "versions" / f"{before + 1:04}_{table}.py"
        file.write_text(MIGRATION.format(revision=before + 1, before=before, change=change))
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
