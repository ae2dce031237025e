"""What the tenants' page tells to type works, as it stands there, and the answers are those that it shows."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from commands.tenant import environment_of_nobody
from docs.pages import Block, blocks, essence
from servers.api_process import ApiProcess
from servers.processes import wait_until
from start.programs import migrated

START, *REST = blocks("tenants")
COMMANDS = [block.text for block in REST if block.language == "shell"]
MARK = "=== the next command ==="


def with_answers(page: list[Block], language: str) -> Iterator[tuple[int, str]]:
    """Give the number of each command after which the page shows an answer in *language*, and that answer."""
    number = -1
    for block, following in pairwise([*page, Block("", "")]):
        number += block.language == "shell"
        if block.language == "shell" and following.language == language:
            yield number, following.text


SHOWN = list(with_answers(REST, "json"))
PRINTED = list(with_answers(REST, "text"))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    folder = tmp_path_factory.mktemp("tenants")
    migrated(folder)
    api = ApiProcess(folder, {}, sample="development.ini")
    api.start()
    yield api
    api.kill()


@pytest.fixture(scope="module")
def answers(service: ApiProcess, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What each command prints, all in one shell, in an empty folder; JSON where it is JSON."""
    script = f"\necho; echo '{MARK}'\n".join(["set -e", *COMMANDS]).replace("http://localhost:8072", service.url)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path_factory.mktemp("empty"),
        env={**environment_of_nobody(), "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    _before, *printed = done.stdout.split(f"{MARK}\n")
    return [json.loads(each) if each.strip().startswith("{") else each.strip() for each in printed]


def test_the_first_command_is_the_one_of_the_readme() -> None:
    assert Block("shell", "make run\n") == START


def test_every_answer_stands_behind_its_command() -> None:
    assert len(SHOWN) + len(PRINTED) == sum(block.language != "shell" for block in REST)


@pytest.mark.parametrize(("number", "shown"), SHOWN, ids=[COMMANDS[number].splitlines()[0] for number, _ in SHOWN])
def test_the_answer_is_the_one_that_it_shows(answers: list[Any], number: int, shown: str) -> None:
    expected = json.loads(shown)
    assert essence(answers[number], expected) == expected


@pytest.mark.parametrize(("number", "shown"), PRINTED)
def test_what_is_printed_is_what_it_shows(answers: list[Any], number: int, shown: str) -> None:
    assert answers[number] == shown.strip()


def test_what_is_live_stands_in_the_topic(service: ApiProcess, answers: list[Any]) -> None:
    topic = service.ini.parent / "var" / "topics" / "stream-definitions.jsonl"
    assert answers
    wait_until(topic.exists, "the definition is announced")
    assert _names(topic)[:1] == ["build"]


def _names(topic: Path) -> list[str]:
    values = [json.loads(line)["value"] for line in topic.read_text().splitlines()]
    return [each["stream-definition-created"]["name"] for each in values if "stream-definition-created" in each]
