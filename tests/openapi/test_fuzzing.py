"""What schemathesis sends, by the document alone: all its checks and phases, links included."""

import os
import subprocess
import sys
from pathlib import Path

from openapi.conftest import GuardedService
from servers.api_process import PROJECT

HERE = Path(__file__).parent


def test_the_service_does_what_its_description_says(guarded: GuardedService) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run",
        f"{guarded.url}/openapi.json",
        f"--header=X-Auth-Token: {guarded.token}",
        "--max-examples=3",
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT / "tests"),
        "SCHEMATHESIS_HOOKS": "openapi.fuzzing_hooks",
        "FUZZING_URL": guarded.url,
        "FUZZING_TOKEN": guarded.token,
        "FUZZING_TENANT": guarded.tenant_id,
    }
    done = subprocess.run(command, env=environment, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
