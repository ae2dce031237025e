"""Whether the database is there, with the schema that this release needs."""

from sqlalchemy import select

from monasca_events_api.storage.models import RelayLease
from monasca_events_api.storage.sessions import Database


def check(database: Database) -> None:
    """Read one small row. Raises Unavailable when the database, or its schema, is not there."""
    with database.immediate() as connection:
        connection.execute(select(RelayLease.holder)).first()
