"""A group whose commands are imported when they are run: most of them bring half of the service along."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem


class LazyCommands(click.Group):
    """Commands of this package, each in a module of its name. *summaries* are the first lines of their help."""

    def __init__(self, *arguments: Any, summaries: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.summaries = summaries

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return all names, in their order."""
        return [*self.summaries]

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import the command; None if there is none of that name."""
        if name not in self.summaries:
            return None
        command: click.Command = getattr(import_module(f"{__package__}.{name}"), name)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands into the help."""
        with formatter.section("Commands"):
            formatter.write_dl([*self.summaries.items()])

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a name or an option."""
        if incomplete.startswith("-"):
            return super().shell_complete(context, incomplete)
        return [
            CompletionItem(name, help=summary)
            for name, summary in self.summaries.items()
            if name.startswith(incomplete)
        ]
