"""The help is there at once, and the shell completes (docs/commands.rst, Completion)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monasca_events_api.commands.main import COMMANDS

PROGRAM = Path(sys.executable).with_name("monasca-events")
# In bash, what a Tab would do: `complete -F` has named the function.
TAB = """\
source <(_MONASCA_EVENTS_COMPLETE=bash_source monasca-events)
COMP_WORDS=(monasca-events {words}) COMP_CWORD={number}
_monasca_events_completion monasca-events
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def completed(*words: str) -> list[str]:
    """Return what bash offers for the last of *words*."""
    quoted = " ".join(f"'{word}'" for word in words)
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
    script = TAB.format(words=quoted, number=len(words))
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_and_options() -> None:
    assert completed("re") == ["relay", "republish"]
    assert completed("apply", "--p") == ["--prune"]
    assert completed("outbox", "") == ["discard", "list", "retry"]
    assert completed("") == [*COMMANDS]
    assert completed("--v") == ["--version"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_given_names_with_what_they_do(shell: str) -> None:
    # What their scripts ask for at a Tab.
    words = {"zsh": ("monasca-events ap", "1"), "fish": ("monasca-events", "ap")}[shell]
    asked = {"_MONASCA_EVENTS_COMPLETE": f"{shell}_complete", "COMP_WORDS": words[0], "COMP_CWORD": words[1]}
    done = subprocess.run([PROGRAM], env={**os.environ, **asked}, capture_output=True, text=True, check=True)
    assert "apply" in done.stdout
    assert COMMANDS["apply"] in done.stdout


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_their_script(shell: str) -> None:
    asked = {"_MONASCA_EVENTS_COMPLETE": f"{shell}_source"}
    done = subprocess.run([PROGRAM], env={**os.environ, **asked}, capture_output=True, text=True, check=True)
    assert f"{shell}_complete" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_help_says(name: str) -> None:
    done = subprocess.run([PROGRAM, name, "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[2].strip() == COMMANDS[name]


def test_the_help_waits_for_no_part_of_the_service() -> None:
    code = (
        "import sys; from monasca_events_api.commands.main import commands;"
        "commands(['--help'], standalone_mode=False);"
        "print([name for name in ('pyramid', 'sqlalchemy', 'kafka', 'keystoneauth1', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
