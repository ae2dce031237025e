"""Whether the database is there, with the schema that this release needs."""

import logging

from sqlalchemy import String, column, select, table

from monasca_events_api.errors import Unavailable
from monasca_events_api.storage.models import REVISION
from monasca_events_api.storage.sessions import Database

log = logging.getLogger(__name__)

_STORED = select(column("version_num", String)).select_from(table("alembic_version"))


def check(database: Database) -> None:
    """Compare schemas. Raises Unavailable when the database is not there, or its schema is older than ours.

    A newer one will do: migrations take nothing away that the release before them needs (docs/upgrades.rst).
    """
    with database.immediate() as connection:
        stored = connection.execute(_STORED).scalar()
    # Migrations are numbered, with leading zeros.
    if stored is None or stored < REVISION:
        log.error("database has an old schema revision=%s needed=%s", stored, REVISION)
        raise Unavailable(f"The database lacks the schema of this release: it has {stored}, {REVISION} is needed")
