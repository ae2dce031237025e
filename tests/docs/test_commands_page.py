"""The page about commands names all of them, and its file is one."""

from collections.abc import Iterator

import click
import pytest

from docs.pages import blocks
from monasca_events_api.client.definition_file import read_definitions, write_definitions
from monasca_events_api.commands.lazy_commands import LazyCommands
from servers.api_process import PROJECT

PAGE = (PROJECT / "docs" / "commands.rst").read_text(encoding="utf-8")


def of_the_example() -> str:
    (text,) = (block.text for block in blocks("commands") if block.title == "definitions.yaml")
    return text


def words(group: click.Group, before: str = "") -> Iterator[str]:
    """Give each command, ``outbox list``, and each option of its own."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from words(command, f"{name} ")
        else:
            yield f"{before}{name}"
            yield from (option for each in command.params for option in each.opts if option.startswith("--"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what some commands bring along
def test_every_command_and_option_is_there() -> None:
    from monasca_events_api.commands.main import commands  # noqa: PLC0415

    assert isinstance(commands, LazyCommands)
    assert [word for word in words(commands) if f"``{word}" not in PAGE and f" {word}" not in PAGE] == []


def test_the_file_is_what_export_writes() -> None:
    text = of_the_example()
    assert write_definitions(read_definitions(text.encode()).wanted) == text
