"""The Debian packages that bring the servers: found, or installed where this process is root."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from .errors import ServerError

SEARCH_PATH = f"{os.environ.get('PATH', '')}:/usr/local/bin:/usr/bin:/usr/sbin"
# Debian asks this file before it starts a package's daemon; 101 forbids it.
DAEMON_GUARD = Path("/usr/sbin/policy-rc.d")
NO_DAEMON = "#!/bin/sh\nexit 101\n"
T = TypeVar("T")


def program(name: str) -> Path | None:
    """Find a program, also where only root's PATH leads."""
    found = shutil.which(name, path=SEARCH_PATH)
    return Path(found) if found else None


def required(find: Callable[[], T | None], packages: Sequence[str]) -> T:
    """Return what *find* finds, after an installation of the Debian *packages* if it finds nothing.

    Raises ServerError when it is missing and cannot be installed: a missing server is a failure.
    """
    found = find()
    if found is None:
        _install(packages)
        found = find()
    if found is None:
        raise ServerError(f"still missing after the installation of {' '.join(packages)}")
    return found


def _install(packages: Sequence[str]) -> None:
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if program("apt-get") is None:
        raise ServerError(f"a server is missing and there is no apt-get to install {packages}")
    if os.getuid() != 0:
        raise ServerError(f"a server is missing; as root run: {' '.join(command)}")
    with _one_at_a_time(), _no_daemon_starts():
        if _apt(command).returncode == 0:
            return
        # The lists of a fresh machine are empty or name releases that are gone.
        _apt(["apt-get", "update"])
        failure = _apt(command)
    if failure.returncode != 0:
        raise ServerError(f"{' '.join(command)} failed:\n{failure.stdout[-3000:]}")


def _apt(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, "-q", "-o", "DPkg::Lock::Timeout=300"],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / "monasca-events-api-packages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _no_daemon_starts() -> Iterator[None]:
    if DAEMON_GUARD.exists():  # the machine has a policy of its own
        yield
        return
    DAEMON_GUARD.write_text(NO_DAEMON)
    DAEMON_GUARD.chmod(0o755)
    try:
        yield
    finally:
        DAEMON_GUARD.unlink()
