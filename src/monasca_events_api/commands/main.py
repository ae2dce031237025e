"""``monasca-events``: what an operator or a tenant does beside HTTP; a file for each command."""

import errno
import logging
import os
import sys
from contextlib import suppress

import click

from monasca_events_api.commands.explanation import explain
from monasca_events_api.commands.lazy_commands import LazyCommands
from monasca_events_api.errors import ServiceError

FAILED = 1
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
COMMANDS = {
    "check": "Check all settings, and reach every dependency.",
    "relay": "Bring announcements from the outbox to Kafka.",
    "republish": "Announce every stored definition again.",
    "outbox": "List, retry or discard records set aside.",
    "test": "Test definitions offline.",
    "export": "Write a tenant's definitions as YAML.",
    "apply": "Make the service match a file.",
}


@click.group(
    cls=LazyCommands,
    summaries=COMMANDS,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "color": False if os.environ.get("NO_COLOR") else None,
    },
)
@click.version_option(package_name="monasca-events-api")
def commands() -> None:
    """Look after a Monasca Events API, and after definitions.

    check, relay, republish and outbox are for who runs the service, on its host: INI is the file that pserve is
    given. test, export and apply are for those who write definitions, wherever they are.

    Exit status of every command: 0 when it has done what it was asked, 1 when it could not (why stands on the
    standard error output, a line for each thing that is wrong), 2 when the command line is wrong. What else there
    is, the help of a command says.
    """


def main() -> None:
    """Run the command line."""
    # What fails is said by the command itself; its own log would say it twice. A relay logs as its INI file says.
    logging.getLogger("monasca_events_api").addHandler(logging.NullHandler())
    try:
        commands()
    except ServiceError as error:
        click.echo(f"Error: {explain(error)}", err=True)
        sys.exit(FAILED)
    except OSError as error:
        # Whatever else comes here is a fault of ours.
        if error.errno not in NO_ROOM:
            raise
        click.echo(f"Error: The output cannot be written: {error.strerror}", err=True)
        # Else Python tries once more at its end, and makes the status another one.
        with suppress(OSError):
            sys.stdout.close()
        sys.exit(FAILED)
