"""The argument that all commands of an operator have: the ini file."""

import configparser
from typing import Any

import click
import plaster

from monasca_events_api.settings import Settings, read_file
from monasca_events_api.storage.sessions import Database


def ini_argument(command: Any) -> Any:
    """Give *command* the argument INI, the path of a file that can be read as one."""
    kind = click.Path(exists=True, dir_okay=False, readable=True, resolve_path=True)
    return click.argument("ini", type=kind, callback=_readable)(command)


def open_database(ini: str) -> tuple[Settings, Database]:
    """Return the settings of the file, and the database they name. Raises WrongSettings."""
    settings = read_file(ini)
    return settings, Database(settings.database_url, settings.database_password, pool_size=2)


def _readable(_context: click.Context, _parameter: click.Parameter, path: str) -> str:
    try:
        for section in ("app:main", "server:main"):
            plaster.get_settings(path, section)
    except (configparser.Error, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} is no ini file: {_in_words(error)}") from error
    return path


def _in_words(error: configparser.Error | UnicodeDecodeError) -> str:
    # Those of the library repeat the line, and that may be a password.
    match error:
        case configparser.MissingSectionHeaderError(lineno=line):
            return f"line {line} stands before any section"
        case configparser.ParsingError(errors=[(line, _text), *_others]):
            return f"line {line} is neither a section nor a key with its value"
        case configparser.InterpolationError(section=section, option=option):
            return f"[{section}] {option}: a % in a value is written %%, unless it begins a %(key)s"
    return " ".join(str(error).split())
