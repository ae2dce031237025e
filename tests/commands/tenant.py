"""A tenant who uses the service by ``export`` and ``apply``, run in this process, and looks at it by HTTP."""

import os
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant
from monasca_events_api.commands.main import commands

# Whoever runs the tests may be logged in somewhere.
NOBODY = dict.fromkeys(
    ("OS_TOKEN", "OS_AUTH_TYPE", "OS_AUTH_URL", "OS_CACERT", "OS_CERT", "OS_KEY", "MONASCA_EVENTS_URL")
)
FILE = "definitions.yaml"


def environment_of_nobody() -> dict[str, str]:
    """Return this process's environment for a program, without a login, and without a wish for no colours."""
    return {name: value for name, value in os.environ.items() if name not in {*NOBODY, "NO_COLOR"}}


def command_line(*arguments: str | Path, text: str = "", **environment: str | None) -> Result:
    """Run ``monasca-events`` with nothing in the environment but *environment*."""
    runner = CliRunner(env={**NOBODY, **environment})
    return runner.invoke(commands, [*map(str, arguments)], input=text.encode(), catch_exceptions=False)


class TenantOfCommands:
    """One tenant. *url* is where the commands look for the service."""

    def __init__(self, api: Tenant, folder: Path) -> None:
        self.api = api
        self.url = api.service.url
        self._file = folder / FILE

    def export(self) -> str:
        """Return what ``export`` writes."""
        result = command_line("export", "--url", self.url, "--tenant", self.api.id)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    def apply(self, text: str, *options: str) -> Result:
        """Apply a file with *text*, its name in messages ``FILE``."""
        self._file.write_bytes(text.encode())
        result = command_line("apply", self._file, "--url", self.url, "--tenant", self.api.id, *options)
        result.stdout_bytes = result.stdout_bytes.replace(str(self._file).encode(), b"FILE")
        result.stderr_bytes = (result.stderr_bytes or b"").replace(str(self._file).encode(), b"FILE")
        return result

    def transforms(self) -> dict[str, dict[str, Any]]:
        """Return the transforms, by name."""
        return {each["name"]: each for each in self.api.all(TRANSFORMS)}

    def stream_definitions(self) -> dict[str, dict[str, Any]]:
        """Return the stream definitions, by name."""
        return {each["name"]: each for each in self.api.all(STREAM_DEFINITIONS)}
