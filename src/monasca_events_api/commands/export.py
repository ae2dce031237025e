"""``monasca-events export``: a tenant's definitions as a file (docs/commands.rst)."""

import click

from monasca_events_api.client.definition_file import write_definitions
from monasca_events_api.client.kinds import KINDS
from monasca_events_api.commands.progress import with_progress
from monasca_events_api.commands.service_options import Connect, service_options


@click.command()
@service_options
def export(connect: Connect) -> None:
    """Write a tenant's definitions as YAML.

    All transforms and stream definitions of the token's project, by name, to the standard output, for "apply" to read
    back: specifications as they were sent, comments included; without what the service sets itself, and without what
    is a default.

    Who asks is a token from --token-file or OS_TOKEN, or the login that OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and the
    other variables of the "openstack" command name. Without any of them, nobody: a service for development takes that.

    Exit status: 0 when all are written; 1 when the service does not answer or does not let you; 2 when the command
    line is wrong. Unless it is 0, nothing is written.
    """
    service = connect()
    named = {
        kind: {each.fields["name"]: each.fields for each in with_progress(service.definitions(kind), f"{kind.noun}s")}
        for kind in KINDS
    }
    click.echo(write_definitions(named).encode(), nl=False)
