"""``monasca-events outbox``: settles records that Kafka will never take as they are (contract 2, Definitions)."""

from datetime import UTC, datetime
from typing import Any

import click

from monasca_events_api.commands.ini_argument import ini_argument, open_database
from monasca_events_api.domain import outbox as records

LAST_POSITION = (1 << 63) - 1
"""That databases can count to; some fail at a larger number."""


@click.group()
def outbox() -> None:
    """List, retry or discard records set aside.

    The relay sets aside a record that Kafka will never take, because it is too large, say, so that it does not
    hold up the others. /healthcheck reports it until it is settled here. INI is the file that pserve is given.

    Exit status: 0 when it has done what it was asked, 1 when it could not, 2 when the command line is wrong.
    """


def positions_argument(command: Any) -> Any:
    """Give *command* the argument POSITION, once or more often."""
    kind = click.IntRange(min=1, max=LAST_POSITION)
    return click.argument("positions", metavar="POSITION...", type=kind, nargs=-1, required=True)(command)


@outbox.command("list")
@ini_argument
def list_records(ini: str) -> None:
    """List the records set aside.

    The first thousand, a line for each. A line has, with a tab between them: position, time of the change (UTC),
    topic, key (the definition's id), size in bytes, reason. Nothing set aside, nothing printed.

    Exit status: 0, or 1 when a setting is wrong or the database is away.
    """
    _settings, database = open_database(ini)
    for row in records.list_set_aside(database):
        when = datetime.fromtimestamp(row.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        click.echo("\t".join([str(row.position), when, row.topic, row.key, str(row.size), row.reason]))


@outbox.command()
@ini_argument
@positions_argument
def retry(ini: str, positions: tuple[int, ...]) -> None:
    """Send records set aside again.

    Once what kept Kafka from taking them is gone. POSITION is the first column of "outbox list". They go behind
    all that waits now, in the order of their positions. One that is outdated, because its definition is gone or has
    changed since, is discarded instead, and a line says so: it would be taken for the present state.

    Exit status: 0 when all of them wait again, or were outdated; 1 when one of them is not set aside (then nothing
    was done), a setting is wrong or the database is away.
    """
    _settings, database = open_database(ini)
    for position in records.retry(database, positions):
        click.echo(f"{position}: outdated, discarded")


@outbox.command()
@ini_argument
@positions_argument
def discard(ini: str, positions: tuple[int, ...]) -> None:
    """Forget records set aside, for good.

    No consumer will ever see them. POSITION is the first column of "outbox list".

    Exit status: 0 when all of them are gone; 1 when one of them is not set aside (then nothing was done), a
    setting is wrong or the database is away.
    """
    _settings, database = open_database(ini)
    records.discard(database, positions)
