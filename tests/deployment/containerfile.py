"""The Containerfile, read, and its build done here: there is no container engine, but all else is as there."""

import json
import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from servers.api_process import PROJECT
from servers.processes import run_once

FILE = PROJECT / "Containerfile"
PREFIX = "/opt/monasca-events"


class Instruction(NamedTuple):
    """``RUN`` and what stands behind it, on one line."""

    name: str
    text: str

    @property
    def command(self) -> list[str]:
        """The command of a CMD or HEALTHCHECK in its exec form."""
        return [str(part) for part in json.loads(self.text[self.text.index("[") :])]


def stages() -> list[list[Instruction]]:
    """Return the instructions of each stage, its FROM first."""
    source = re.sub(r"^#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line for line in re.sub(r"\\\n\s*", "", source).splitlines() if line]
    read = [Instruction(*line.split(maxsplit=1)) for line in lines]
    starts = [number for number, each in enumerate(read) if each.name == "FROM"]
    return [read[start:end] for start, end in zip(starts, [*starts[1:], len(read)], strict=True)]


def only(name: str) -> Instruction:
    """Return the one instruction of that name in the last stage."""
    (found,) = (each for each in stages()[-1] if each.name == name)
    return found


def build(folder: Path) -> Path:
    """Do in *folder* what the first stage does, and return the environment that the image gets from it."""
    source = folder / "source"
    source.mkdir()
    for each in stages()[0]:
        if each.name == "COPY":
            *copied, target = shlex.split(each.text)
            for name in copied:
                _copy(PROJECT / name, source / target)
        elif each.name == "RUN":
            _run(each.text.replace(PREFIX, str(folder / "environment")), source)
    return folder / "environment"


def _copy(found: Path, target: Path) -> None:
    if found.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(found, target, symlinks=True, ignore=ignored)
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(found, target)


def _run(command: str, folder: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    run_once(["/bin/sh", "-c", command], folder=folder, environment={"PATH": path})
