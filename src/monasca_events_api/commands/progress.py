"""Progress of what takes long: on a terminal only, and never among the output."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

Item = TypeVar("Item")


def with_progress(items: Iterable[Item], label: str) -> Iterator[Item]:
    """Give *items*, with a bar that counts them on the standard error output if it is a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(items, label=label, file=sys.stderr, hidden=hidden, show_pos=True) as bar:
        yield from bar
