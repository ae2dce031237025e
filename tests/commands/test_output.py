"""Output that cannot be written: one line, and the status that says so (docs/commands.rst, Exit statuses)."""

import subprocess
import sys
from pathlib import Path

import pytest

from commands.tenant import TenantOfCommands, environment_of_nobody
from commands.testing import EXAMPLE

PROGRAM = Path(sys.executable).with_name("monasca-events")
# Without a buffer, to write fails where else to empty the buffer does, and once more at the end.
BUFFERS = {"with a buffer": {}, "without a buffer": {"PYTHONUNBUFFERED": "1"}}
FAILED = (1, "Error: The output cannot be written: No space left on device\n")


def on_a_full_disk(*arguments: str | Path, **environment: str) -> tuple[int, str]:
    """Return the status, and the standard error output, of a program whose standard output nothing fits on."""
    environment = {**environment_of_nobody(), "PYTHONUNBUFFERED": "", **environment}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, env=environment, text=True, check=False
        )
    return done.returncode, done.stderr


@pytest.mark.parametrize("environment", BUFFERS.values(), ids=BUFFERS.keys())
def test_results_of_tests_that_cannot_be_written_are_one_line(environment: dict[str, str]) -> None:
    assert on_a_full_disk("test", EXAMPLE, **environment) == FAILED


def test_an_export_that_cannot_be_written_is_one_line(tenant: TenantOfCommands) -> None:
    assert on_a_full_disk("export", "--url", tenant.url, "--tenant", tenant.api.id) == FAILED
