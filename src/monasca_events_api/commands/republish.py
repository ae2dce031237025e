"""``monasca-events republish``: announces what is stored again (contract 3)."""

import sys
from uuid import uuid4

import click

from monasca_events_api.commands.ini_argument import ini_argument, open_database
from monasca_events_api.domain.kinds import Kind, kinds
from monasca_events_api.domain.republication import republish_all
from monasca_events_api.storage.sessions import Database


@click.command()
@ini_argument
@click.option("--tenant", metavar="ID", help="Only the definitions of this tenant (project).")
def republish(ini: str, tenant: str | None) -> None:
    """Announce every stored definition again.

    INI is the file that pserve is given. For a consumer that starts with an empty topic. Each is announced as if
    it were created now, with the header "republished", through the outbox, so that it never overtakes a change. A
    relay brings it to Kafka: an API process's own, or "monasca-events relay". Started again after an error it
    begins from the first: that does no harm. Prints how many of each kind were announced.

    Exit status: 0 when all are in the outbox, 1 when a setting is wrong or the database is away.
    """
    settings, database = open_database(ini)
    request_id = f"req-{uuid4()}"
    both = kinds(settings)
    for kind in (both.stream_definition, both.transform):
        _announce(database, kind, tenant, request_id)


def _announce(database: Database, kind: Kind, tenant: str | None, request_id: str) -> None:
    on_terminal = sys.stdout.isatty()
    done = 0
    for done in republish_all(database, kind, tenant, request_id):
        if on_terminal:
            click.echo(f"{kind.noun}s: {done}\r", nl=False)
    click.echo(f"{kind.noun}s: {done}")
