"""Keystone from the package index, in an environment of its own, and its state before its first start."""

import getpass
import grp
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .download_cache import cached
from .processes import run_once

REQUIREMENTS = Path(__file__).with_name("keystone-requirements.txt")
ADMIN_PASSWORD = "admin-password"
CONFIGURATION = """\
[DEFAULT]
use_stderr = true
log_dir =
[database]
connection = sqlite:///{folder}/keystone.db
[token]
provider = fernet
expiration = {expiration}
# A token that has expired is refused from whoever brings it.
allow_expired_window = 0
[fernet_tokens]
key_repository = {folder}/fernet-keys
[fernet_receipts]
key_repository = {folder}/fernet-keys
[credential]
key_repository = {folder}/credential-keys
[identity]
password_hash_rounds = 4
[cache]
# One process serves, so memory is coherent; without a cache a validation takes most of a second.
enabled = true
backend = dogpile.cache.memory
"""


def python() -> Path:
    """Return the Python of the environment with Keystone, made when no earlier run has made it."""
    return cached(f"keystone/{_version()}/environment", _install) / "bin" / "python"


def initial_state() -> Path:
    """Return a folder with the keys and the database of a Keystone that was never started."""
    return cached(f"keystone/{_version()}/initial-state", _bootstrap)


def configure(folder: Path, expiration: int) -> dict[str, str]:
    """Write the configuration for a Keystone in *folder*; tokens live *expiration* seconds.

    Returns the environment variables that lead to it.
    """
    file = folder / "keystone.conf"
    file.write_text(CONFIGURATION.format(folder=folder, expiration=expiration))
    return {
        "OS_KEYSTONE_CONFIG_DIR": str(folder),
        "OS_KEYSTONE_CONFIG_FILES": str(file),
        "PYTHONWARNINGS": "ignore",
    }


def _version() -> str:
    """Return a name for this set of packages on this Python."""
    made_of = f"{REQUIREMENTS.read_text()}{CONFIGURATION}{sys.version}{sys.base_prefix}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:12]


def _install(folder: Path) -> None:
    run_once([sys.executable, "-m", "venv", "--without-pip", folder], folder=folder)
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "--disable-pip-version-check"]
    run_once([*pip, "install", "-q", "-r", REQUIREMENTS], folder=folder)


def _bootstrap(folder: Path) -> None:
    environment = configure(folder, expiration=3600)
    options = ["--config-file", str(folder / "keystone.conf")]
    owner = ["--keystone-user", getpass.getuser(), "--keystone-group", grp.getgrgid(os.getgid()).gr_name]
    for keys in ("fernet-keys", "credential-keys"):
        (folder / keys).mkdir(mode=0o700)

    def manage(arguments: Sequence[str]) -> None:
        tool = python().with_name("keystone-manage")
        command = [str(python()), str(tool), *options, *arguments]
        run_once(command, folder=folder, environment=environment)

    manage(["db_sync"])
    manage(["fernet_setup", *owner])
    manage(["credential_setup", *owner])
    manage(["bootstrap", "--bootstrap-password", ADMIN_PASSWORD])
