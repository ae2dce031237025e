"""The argument that all commands have: the ini file."""

from typing import Any

import click

from monasca_events_api.settings import Settings, read_file
from monasca_events_api.storage.sessions import Database


def ini_argument(command: Any) -> Any:
    """Give *command* the argument INI, the path of a file that is there."""
    kind = click.Path(exists=True, dir_okay=False, readable=True, resolve_path=True)
    return click.argument("ini", type=kind)(command)


def open_database(ini: str) -> tuple[Settings, Database]:
    """Return the settings of the file, and the database they name. Raises WrongSettings."""
    settings = read_file(ini)
    return settings, Database(settings.database_url, settings.database_password, pool_size=2)
