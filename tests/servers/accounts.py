"""Folders for servers that refuse to run as root."""

import os
import shutil
import subprocess
from pathlib import Path

from .errors import ServerError
from .processes import as_account


def give(folder: Path, account: str) -> None:
    """Make *folder* for a server that runs as *account* when this process is root.

    Raises ServerError when that user cannot reach it.
    """
    folder.mkdir(parents=True, mode=0o700)
    if os.getuid() != 0:
        return
    shutil.chown(folder, account, account)
    reached = subprocess.run(["test", "-x", folder], cwd="/", check=False, **as_account(account))
    if reached.returncode != 0:
        raise ServerError(f"user {account} cannot enter {folder}: a folder above it is closed to others")
