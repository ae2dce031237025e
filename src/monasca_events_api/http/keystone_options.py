"""The settings of ``[filter:authtoken]``: keystonemiddleware's own, under its own names (contract 1.1)."""

import logging
from typing import Any

from keystoneauth1 import loading
from keystoneauth1.exceptions import ClientException
from keystonemiddleware.auth_token import list_opts

from monasca_events_api.setting_values import pem_file
from monasca_events_api.settings import WrongSettings, resolve

# It calls the options of its own auth plugins unknown; read_options knows better.
logging.getLogger("keystonemiddleware._common.config").setLevel(logging.ERROR)
# A plugin that is not there is a fault of ours to tell.
logging.getLogger("stevedore.named").setLevel(logging.ERROR)

REQUIRED = ("auth_type", "auth_url")
PEM_FILES = ("cafile", "certfile", "keyfile")
TRUE = {"true", "1", "on", "yes"}  # as oslo.config reads it


def read_options(options: dict[str, str]) -> dict[str, str]:
    """Return *options* with secrets read. Raises WrongSettings with all that is unknown or wrong."""
    known = {opt.dest: opt for _, opts in list_opts() for opt in opts}
    faults: list[str] = []
    found: dict[str, str] = {}
    for name, text in options.items():
        try:
            found[name] = resolve(text.strip())
        except ValueError as error:
            faults.append(f"{name}: {error}")
    # A value that was refused is not found, and has its own fault.
    faults += [f"{name}: required" for name in REQUIRED if not found.get(name, options.get(name))]
    if found.get("auth_type"):
        unknown_plugin = _learn_plugin_options(found["auth_type"], known)
        # Which keys that one would have known, nobody can tell.
        faults += unknown_plugin or [wrong for name, text in found.items() if (wrong := _fault(known, name, text))]
    if found.get("service_type") and found.get("include_service_catalog", "true").lower() not in TRUE:
        # keystonemiddleware looks for it in the catalog, and fails where there is none.
        faults.append("service_type: needs include_service_catalog = true")
    if faults:
        raise WrongSettings([f"[filter:authtoken] {fault}" for fault in faults])
    return found


def _learn_plugin_options(auth_type: str, known: dict[str, Any]) -> list[str]:
    try:
        loader: Any = loading.get_plugin_loader(auth_type)
    except ClientException as error:
        return [f"auth_type: {error}"]
    known.update({opt.dest: opt for opt in loading.get_auth_plugin_conf_options(loader)})
    return []


def _fault(known: dict[str, Any], name: str, text: str) -> str | None:
    if name in {"auth_type", "auth_section"}:
        return None
    if name not in known:
        return f"{name}: unknown key"
    try:
        value = known[name].type(text)
        if name == "http_connect_timeout" and value < 1:
            # oslo.config takes it, and each question to Keystone would fail.
            return f"{name}: must be at least 1"
        if text and name in PEM_FILES:
            pem_file(text)
    except ValueError as error:
        return f"{name}: {error}"
    return None
