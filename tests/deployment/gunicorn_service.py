"""The service under gunicorn, with the same ini file as under pserve."""

import sys
from collections.abc import Mapping
from pathlib import Path

from servers.api_process import ApiProcess
from servers.ports import LOOPBACK
from servers.processes import ServerProcess

HOOKS = "python:monasca_events_api.serving.gunicorn_hooks"


def under_gunicorn(folder: Path, changes: Mapping[str, Mapping[str, str]], sample: str, *options: str) -> ApiProcess:
    """Return the service with a *sample* and *changes*, as gunicorn runs it: two workers, and *options*."""
    api = ApiProcess(folder, changes, sample=sample)
    script = Path(sys.executable).with_name("gunicorn")
    command = [sys.executable, script, "--config", HOOKS, "--paste", api.ini, "--bind", f"{LOOPBACK}:{api.port}"]
    api.process = ServerProcess(
        [*command, "--workers", "2", "--threads", "4", "--no-control-socket", *options],
        folder=folder,
        log_file=api.log_file,
    )
    return api
