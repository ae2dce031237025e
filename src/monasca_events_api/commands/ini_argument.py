"""The argument that all commands of an operator have: the ini file."""

from typing import Any

import click

from monasca_events_api.settings import Settings, WrongSettings, ini_loader, read_file, reading_ini
from monasca_events_api.storage.sessions import Database
from monasca_events_api.storage.url_options import check_options


def ini_argument(command: Any) -> Any:
    """Give *command* the argument INI, the path of a file that can be read as one."""
    kind = click.Path(exists=True, dir_okay=False, readable=True, resolve_path=True)
    return click.argument("ini", type=kind, callback=_readable)(command)


def open_database(ini: str) -> tuple[Settings, Database]:
    """Return the settings of the file, and the database they name. Raises WrongSettings."""
    settings = read_file(ini)
    check_options(settings.database_url)
    return settings, Database(settings.database_url, settings.database_password, pool_size=2)


def _readable(_context: click.Context, _parameter: click.Parameter, path: str) -> str:
    try:
        with reading_ini(path):
            for section in ("app:main", "server:main"):
                ini_loader(path).get_settings(section)
    except WrongSettings as error:
        raise click.ClickException(str(error)) from None
    return path
