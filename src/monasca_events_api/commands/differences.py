"""What ``apply`` is about to do, as a unified diff of each definition and a line of counts."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

import click

from monasca_events_api.client.changes import Change
from monasca_events_api.client.kinds import Kind
from monasca_events_api.semantics.json_lists import json_scalar

NOWHERE = "/dev/null"
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def title(change: Change) -> str:
    """Return how messages call the definition: names can have anything in them."""
    return f"{change.kind.noun} {json_scalar(change.name)}"


def show(change: Change, file: str) -> None:
    """Print the difference between the service and *file*, in colour on a terminal."""
    for line in _lines(change, file):
        colour = _COLOURS.get(line[:1])
        click.secho(line, fg=colour, bold=True if line.startswith(("---", "+++")) else None)


def counts(kind: Kind, changes: Sequence[Change], unchanged: int, left_alone: int) -> str:
    """Return one line that counts what is to be done with definitions of one kind, and what is not."""
    done = Counter("create" if each.old is None else "remove" if each.new is None else "change" for each in changes)
    told = [f"{done[verb]} to {verb}" for verb in ("create", "change", "remove")]
    told.append(f"{unchanged} unchanged")
    if left_alone:
        told.append(f"{left_alone} not in the file, left alone")
    return f"{kind.noun}s: {', '.join(told)}"


def _lines(change: Change, file: str) -> Iterator[str]:
    old, new = (text.split("\n")[:-1] for text in change.texts())
    what = title(change)
    before = f"service: {what}" if change.old else NOWHERE
    after = f"{file}: {what}" if change.new else NOWHERE
    yield from difflib.unified_diff(old, new, before, after, lineterm="")
