"""Runs the migrations against the database of the ini file's ``[app:main]``."""

from alembic import context
from pyramid.paster import setup_logging

from monasca_events_api.settings import read_file
from monasca_events_api.storage.models import Base
from monasca_events_api.storage.sessions import Database


def run() -> None:
    """Bring the schema to the asked revision, each migration in a transaction of its own."""
    config_file = str(context.config.config_file_name)
    setup_logging(config_file)
    settings = read_file(config_file)
    database = Database(settings.database_url, settings.database_password)
    with database.migrating() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


run()
