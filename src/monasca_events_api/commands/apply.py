"""``monasca-events apply``: makes the service match a file (docs/commands.rst)."""

import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

import click

from monasca_events_api.client.changes import Change, carry_out, difference, in_order
from monasca_events_api.client.definition_file import DefinitionFile, read_definitions
from monasca_events_api.client.kinds import KINDS, TRANSFORM, Kind
from monasca_events_api.client.problems import ClientProblem, Refused, RefusedField
from monasca_events_api.client.service import Service, Stored
from monasca_events_api.commands.differences import counts, show, title
from monasca_events_api.commands.progress import with_progress
from monasca_events_api.commands.service_options import Connect, service_options
from monasca_events_api.domain.expectations.yaml_file import FileFault, WrongFile
from monasca_events_api.semantics.json_lists import json_scalar

FAILED = 1
WRONG_FILE = 2
DIFFERS = 3
STDIN = "<stdin>"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Only print the difference.")
@click.option("--prune", is_flag=True, help="Remove what is not in FILE, of the kinds that FILE has a list of.")
@service_options
def apply(connect: Connect, file: str, *, dry_run: bool, prune: bool) -> None:
    """Make the service match a file.

    FILE (-: the standard input) is what "export" writes. Definitions are the same if their names are. Prints what
    differs, then creates and changes what FILE says; what is not in FILE is left alone, and counted, unless --prune
    removes it. Applied again, it changes nothing.

    All of FILE is checked first, here and by the service: if anything is wrong, nothing is changed. What somebody
    else changes meanwhile is not overwritten but reported, and the rest goes on.

    Who asks is a token from --token-file or OS_TOKEN, or the login that OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and the
    other variables of the "openstack" command name. Without any of them, nobody: a service for development takes that.

    Exit status: 0 when the service matches FILE; 1 when the service does not answer, does not let you, or refuses a
    change (run it again for the rest); 2 when FILE is wrong (told as FILE:LINE:COLUMN) or the command line is; with
    --dry-run 3 when something differs.
    """
    name = STDIN if file == "-" else file
    definitions = _read(file, name)
    service = connect()
    stored = {
        kind: {each.fields["name"]: each for each in with_progress(service.definitions(kind), f"{kind.noun}s")}
        for kind in KINDS
    }
    changes = _changes(service, definitions, stored, prune=prune)
    _check(service, definitions, changes, name)
    for change in changes:
        show(change, name)
    _show_counts(definitions, stored, changes)
    _warn(definitions)
    if dry_run:
        sys.exit(DIFFERS if changes else 0)
    _make(service, changes)


def _read(file: str, name: str) -> DefinitionFile:
    with click.open_file(file, "rb") as opened:
        data = opened.read()
    try:
        return read_definitions(data)
    except WrongFile as wrong:
        _refuse(name, wrong.faults)


def _refuse(file: str, faults: Sequence[FileFault]) -> NoReturn:
    for fault in faults:
        click.echo(f"{file}:{fault.line}:{fault.column}: {fault.description}", err=True)
    sys.exit(WRONG_FILE)


def _changes(
    service: Service, definitions: DefinitionFile, stored: Mapping[Kind, Mapping[str, Stored]], *, prune: bool
) -> list[Change]:
    concerned = [
        (kind, name)
        for kind, wanted in definitions.wanted.items()
        for name in [*wanted, *(name for name in stored[kind] if prune and name not in wanted)]
    ]
    found = (
        difference(service, kind, name, stored[kind].get(name), definitions.wanted[kind].get(name))
        for kind, name in with_progress(concerned, "compared")
    )
    return in_order(change for change in found if change is not None)


def _check(service: Service, definitions: DefinitionFile, changes: Sequence[Change], file: str) -> None:
    """Let the service check what it is to get: it may be stricter, or know more, than what checks a file here."""
    faults = []
    for change in with_progress(changes, "checked"):
        if change.new is not None:
            try:
                service.check(change.kind, change.new)
            except Refused as refused:
                fields = refused.fields or [RefusedField("", str(refused))]
                faults += [definitions.fault(change.kind, change.name, *field) for field in fields]
    if faults:
        _refuse(file, WrongFile(faults).faults)


def _show_counts(
    definitions: DefinitionFile, stored: Mapping[Kind, Mapping[str, Stored]], changes: Sequence[Change]
) -> None:
    for kind in KINDS:
        wanted = definitions.wanted.get(kind, {})
        mine = [change for change in changes if change.kind is kind]
        given = [change for change in mine if change.new is not None]
        left_alone = len({*stored[kind]} - {*wanted} - {change.name for change in mine})
        click.echo(counts(kind, mine, len(wanted) - len(given), left_alone))


def _warn(definitions: DefinitionFile) -> None:
    """Tell of transforms that a test takes for enabled, and the service does not."""
    for name in definitions.silent:
        what = f"{TRANSFORM.noun} {json_scalar(name)} is not enabled"
        click.echo(f"warning: {what}: it makes no events until the file says enabled: true", err=True)


def _make(service: Service, changes: Sequence[Change]) -> None:
    """Make *changes*; each stands by itself, so that one which is refused keeps no other from being made."""
    refusals = []
    done = 0
    try:
        for change in with_progress(changes, "applied"):
            try:
                carry_out(service, change)
                done += 1
            except Refused as refused:
                refusals.append(f"{title(change)}: {refused}")
    except ClientProblem as problem:
        refusals.append(str(problem))
    if changes:
        click.echo(f"{done} of {len(changes)} done")
    for refusal in refusals:
        click.echo(f"Error: {refusal}", err=True)
    if refusals:
        sys.exit(FAILED)
