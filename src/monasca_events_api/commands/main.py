"""``monasca-events``: what an operator does beside serving; a file for each command."""

import logging
import sys

import click

from monasca_events_api.commands.check import check
from monasca_events_api.commands.explanation import explain
from monasca_events_api.commands.outbox import outbox
from monasca_events_api.commands.relay import relay
from monasca_events_api.commands.republish import republish
from monasca_events_api.commands.test import test
from monasca_events_api.errors import ServiceError

FAILED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="monasca-events-api")
def commands() -> None:
    """Look after a Monasca Events API. INI is the file that pserve is given.

    Exit status of every command: 0 when it has done what it was asked, 1 when it could not (why stands on the
    standard error output, a line for each thing that is wrong), 2 when the command line is wrong.
    """


for _command in (check, relay, republish, outbox, test):
    commands.add_command(_command)


def main() -> None:
    """Run the command line."""
    # What fails is said by the command itself; its own log would say it twice. A relay logs as its INI file says.
    logging.getLogger("monasca_events_api").addHandler(logging.NullHandler())
    try:
        commands()
    except ServiceError as error:
        click.echo(f"Error: {explain(error)}", err=True)
        sys.exit(FAILED)
