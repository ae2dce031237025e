"""``monasca-events check``: whether the service could start and reach all that it needs (contract 3)."""

import sys
from collections.abc import Callable

import click

from monasca_events_api import ini_file
from monasca_events_api.app import dependencies, make_publisher
from monasca_events_api.commands.explanation import explain
from monasca_events_api.commands.ini_argument import ini_argument, open_database
from monasca_events_api.errors import Unavailable
from monasca_events_api.http.healthcheck import DEPENDENCIES


@click.command()
@ini_argument
def check(ini: str) -> None:
    """Check all settings, and reach every dependency.

    Every setting of INI, the file that pserve is given, is checked; then the database, Keystone, Kafka and the
    outbox are asked. Prints a line for each of them: "OK", or what is the matter. Wrong settings are printed as
    "[section] key: what is wrong", a line for each, and then nobody is asked.

    Exit status: 0 when all is well, 1 when a setting is wrong or a dependency is not there.
    """
    ini_file.check(ini)
    settings, database = open_database(ini)
    click.echo("settings: OK")
    checks = dependencies(database, make_publisher(settings, settings.kafka_timeout))
    checks["keystone"] = ini_file.identity_source(ini).check
    well = [_says_ok(name, checks[name]) for name in DEPENDENCIES]
    if not all(well):
        sys.exit(1)


def _says_ok(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Unavailable as error:
        trouble = explain(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other dependencies are asked
        trouble = f"{type(error).__name__}: {' '.join(str(error).split())}"
    else:
        trouble = ""
    click.echo(f"{name}: {trouble or 'OK'}")
    return not trouble
