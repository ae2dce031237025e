"""What a person at a terminal sees, and a pipe does not: progress, and colours."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from api.examples import transform
from api.running_service import TRANSFORMS
from commands.tenant import TenantOfCommands, environment_of_nobody

PROGRAM = Path(sys.executable).with_name("monasca-events")
GREEN = "\x1b[32m"
FILE = "transforms:\n- {name: a, enabled: true, specification: [{event_type: x, traits: {}}]}\n"


class Seen(NamedTuple):
    """What stood on the terminal, and what went into the pipe."""

    terminal: str
    pipe: str


def at_a_terminal(tenant: TenantOfCommands, *arguments: str, terminal: str, **environment: str) -> Seen:
    """Run the program with a terminal as its ``stdout`` or ``stderr``, and a pipe as the other one."""
    ours, theirs = pty.openpty()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, terminal: theirs}
    options = ["--url", tenant.url, "--tenant", tenant.api.id]
    with subprocess.Popen(
        [PROGRAM, *arguments, *options], stdin=subprocess.PIPE, env={**environment_of_nobody(), **environment}, **pipes
    ) as program:
        os.close(theirs)
        out, error = program.communicate(FILE.encode())
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        """So Linux tells the end."""
    finally:
        os.close(ours)
    return Seen(shown.decode(), (error if terminal == "stdout" else out).decode())


def test_progress_is_shown_on_a_terminal_and_not_in_the_output(tenant: TenantOfCommands) -> None:
    tenant.api.create(TRANSFORMS, transform(name="one"))
    seen = at_a_terminal(tenant, "export", terminal="stderr")
    assert "transforms  [" in seen.terminal
    assert seen.pipe.startswith("transforms:\n- name: one\n")


def test_apply_counts_what_it_has_done(tenant: TenantOfCommands) -> None:
    assert "applied  [" in at_a_terminal(tenant, "apply", "-", terminal="stderr").terminal


def test_a_pipe_has_no_progress(tenant: TenantOfCommands) -> None:
    assert at_a_terminal(tenant, "apply", "-", terminal="stdout").pipe == ""


def test_a_difference_has_colours_on_a_terminal(tenant: TenantOfCommands) -> None:
    assert f"{GREEN}+name: a" in at_a_terminal(tenant, "apply", "-", "--dry-run", terminal="stdout").terminal


def test_a_pipe_has_no_colours(tenant: TenantOfCommands) -> None:
    assert "\x1b" not in at_a_terminal(tenant, "apply", "-", "--dry-run", terminal="stderr").pipe


def test_who_wants_no_colours_has_none(tenant: TenantOfCommands) -> None:
    seen = at_a_terminal(tenant, "apply", "-", "--dry-run", terminal="stdout", NO_COLOR="1")
    assert "+name: a" in seen.terminal
    assert "\x1b" not in seen.terminal
