"""What the README tells a newcomer to type works, as it stands there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.api_process import PROJECT, ApiProcess
from servers.processes import wait_until
from start.programs import migrated

README = (PROJECT / "README.rst").read_text()
*POSTS, SHOW_RECORDS, TRY_OFFLINE = re.findall(r"\.\. code-block:: shell\n\n((?:    .*\n|\n)+)", README)
MAKEFILE = (PROJECT / "Makefile").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


@pytest.fixture(scope="module")
def answers(folder: Path) -> Iterator[list[str]]:
    """What the commands print, each after the other, against the service on a free port."""
    migrated(folder)
    api = ApiProcess(folder, {}, sample="development.ini")
    api.start()
    printed = [shell(block.replace("http://localhost:8072", api.url), folder) for block in POSTS]
    topics = ("transform-definitions", "stream-definitions", "raw-events")
    wait_until(lambda: all((folder / "var" / "topics" / f"{topic}.jsonl").exists() for topic in topics), "all is sent")
    yield [*printed, shell(SHOW_RECORDS, folder)]
    api.kill()


def shell(command: str, folder: Path) -> str:
    return subprocess.run(["bash", "-ec", command], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("block", "status"), [(0, "200 OK"), (1, "201 Created"), (2, "204 No Content")])
def test_a_transform_a_stream_definition_and_an_event_are_taken(answers: list[str], block: int, status: str) -> None:
    assert answers[block].startswith(f"HTTP/1.1 {status}")


def test_their_messages_stand_where_it_says(answers: list[str]) -> None:
    records = [json.loads(line)["value"] for line in answers[3].splitlines() if line.startswith("{")]
    assert records[0]["transform_definition"]["name"] == "instances"
    assert records[1]["stream-definition-created"]["name"] == "created"
    assert records[2]["event"]["payload"] == {"instance_id": "i-17"}


def test_the_example_of_expectations_passes() -> None:
    printed = shell(TRY_OFFLINE.replace(".venv/bin", str(Path(sys.executable).parent)), PROJECT)
    assert printed.endswith(" passed, 0 failed\n")


@pytest.mark.parametrize("target", re.findall(r"^    make (\w+)", README, re.MULTILINE))
def test_every_make_command_has_its_rule(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"``([\w./]+(?:\.rst|\.ini|\.py|LICENSE|/))``", README))))
def test_every_path_it_names_is_there(path: str) -> None:
    assert (PROJECT / path).exists()
