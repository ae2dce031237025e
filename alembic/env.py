"""Runs the migrations against the database of the ini file's ``[app:main]``."""

import logging

from alembic import context
from pyramid.paster import setup_logging
from sqlalchemy.exc import DBAPIError, OperationalError

from monasca_events_api.errors import Unavailable
from monasca_events_api.settings import read_file
from monasca_events_api.storage.failures import denies_access
from monasca_events_api.storage.migration_turn import wait_for_turn
from monasca_events_api.storage.models import REVISION, Base
from monasca_events_api.storage.sessions import Database
from monasca_events_api.storage.url_options import check_options

log = logging.getLogger("alembic.env")


def run() -> None:
    """Bring the schema to the asked revision, each migration in a transaction of its own."""
    config_file = str(context.config.config_file_name)
    settings = read_file(config_file)
    check_options(settings.database_url)
    setup_logging(config_file)
    database = Database(settings.database_url, settings.database_password)
    try:
        with database.migrating() as connection:
            wait_for_turn(connection)
            context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
            stored = context.get_context().get_current_revision()
            # Migrations are numbered. This release serves on it, so hosts that begin with an upgrade may start.
            if stored is not None and stored > REVISION:
                log.info("nothing to do, the schema is newer than this release revision=%s", stored)
                return
            with context.begin_transaction():
                context.run_migrations()
    except DBAPIError as error:
        # The database is away, somebody has held a table for too long, or the account may not do it: no defect.
        if not isinstance(error, OperationalError) and not denies_access(error.orig):
            raise
        raise SystemExit(f"Error: {' '.join(str(error.orig).split())}") from error
    except Unavailable as error:
        raise SystemExit(f"Error: {error}") from error


run()
