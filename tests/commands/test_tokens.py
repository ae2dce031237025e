"""A token that a user gives ``export`` or ``apply``: which one counts, and what of one that is none."""

from pathlib import Path

import pytest
from click.testing import Result

from commands.front import Front
from commands.tenant import command_line

SECRET = "gAAAAABsecret"
NO_TOKEN = "Error: No login: the token has a blank, a line break or another character that no token has\n"
EMPTY = "Error: No login: the token is empty\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "token"
    written.write_text(f"{SECRET}\n")
    return written


def export(front: Front, *options: str | Path, text: str = "", **environment: str) -> Result:
    return command_line("export", "--url", front.url, *options, text=text, **environment)


def tokens(front: Front) -> set[str | None]:
    """Return all that were shown."""
    return {each["X-Auth-Token"] for each in front.headers}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OS_TOKEN": "other"},
        {"OS_AUTH_TYPE": "v3password"},
        {"OS_AUTH_TYPE": "magic"},
        {"OS_AUTH_URL": "http://127.0.0.1:1/v3"},
    ],
)
def test_a_token_in_a_file_goes_before_all_else(front: Front, file: Path, environment: dict[str, str]) -> None:
    assert export(front, "--token-file", file, **environment).exit_code == 0
    assert tokens(front) == {SECRET}


def test_a_token_may_come_by_the_standard_input(front: Front) -> None:
    assert export(front, "--token-file", "-", text=f"{SECRET}\n").exit_code == 0
    assert tokens(front) == {SECRET}


def test_blanks_around_a_token_are_none_of_it(front: Front) -> None:
    assert export(front, OS_TOKEN=f" {SECRET}\n").exit_code == 0
    assert tokens(front) == {SECRET}


@pytest.mark.parametrize("environment", [{}, {"OS_TOKEN": "other"}, {"OS_AUTH_URL": "http://127.0.0.1:1/v3"}])
def test_a_file_without_a_token_is_no_login(front: Front, file: Path, environment: dict[str, str]) -> None:
    file.write_text(" \n")
    result = export(front, "--token-file", file, **environment)
    assert (result.exit_code, result.stderr, front.headers) == (1, EMPTY, [])


def test_a_variable_with_nothing_in_it_is_not_there(front: Front) -> None:
    assert export(front, OS_TOKEN="").exit_code == 0


@pytest.mark.parametrize("content", [f"{SECRET}\n{SECRET}", f"a {SECRET}", f"\ufeff{SECRET}", f"{SECRET}\x7f"])
def test_what_cannot_be_a_token_is_told_and_not_shown(front: Front, file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")
    result = export(front, "--token-file", file)
    assert (result.exit_code, result.stdout, result.stderr, front.headers) == (1, "", NO_TOKEN, [])


def test_what_cannot_be_a_token_is_not_shown_from_the_environment_either(front: Front) -> None:
    assert export(front, OS_TOKEN=f"{SECRET}\n{SECRET}").stderr == NO_TOKEN


def test_what_a_plugin_takes_from_the_environment_is_not_shown_either(front: Front) -> None:
    environment = {"OS_AUTH_TYPE": "admin_token", "OS_ENDPOINT": front.url, "OS_TOKEN": f"{SECRET}\n{SECRET}"}
    assert export(front, **environment).stderr == NO_TOKEN


def test_a_file_that_is_no_text_is_told(front: Front, file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    assert export(front, "--token-file", file).stderr == NO_TOKEN


def test_a_file_that_cannot_be_read_is_one_line(front: Front) -> None:
    result = export(front, "--token-file", "/proc/self/mem")
    assert (result.exit_code, result.stderr) == (1, "Error: No login: /proc/self/mem: Input/output error\n")


def test_a_file_that_is_not_there_is_a_wrong_command_line(front: Front, tmp_path: Path) -> None:
    assert export(front, "--token-file", tmp_path / "none").exit_code == 2


def test_the_standard_input_cannot_be_both_files(front: Front) -> None:
    result = command_line("apply", "-", "--url", front.url, "--token-file", "-", text="transforms: []")
    assert (result.exit_code, front.headers) == (2, [])
    assert result.stderr.endswith("Error: The standard input cannot be both FILE and the file of --token-file\n")
