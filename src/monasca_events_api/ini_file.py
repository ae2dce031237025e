"""The whole ini file before the start: what is wrong in any of its sections is said at once (contract 3)."""

import errno
import os
from collections.abc import Callable, Mapping
from typing import cast

from paste.deploy.loadwsgi import FILTER, loadcontext
from waitress.adjustments import Adjustments

from monasca_events_api.http.identity import IdentitySource
from monasca_events_api.setting_values import LAST_PORT, has_possible_port, whole_number
from monasca_events_api.settings import Settings, WrongSettings, ini_loader, read_file, reading_ini
from monasca_events_api.storage.url_options import check_options

MOST_WORKERS = 256
AT_LEAST_ONE = ("threads", "connection_limit", "channel_timeout", "recv_bytes", "max_request_header_size")
OTHER_SOCKETS = ("unix_socket", "unix_socket_perms", "sockets")
"""Settings of waitress for sockets of another kind, which this server does not make."""


def check(path: str) -> None:
    """Raise WrongSettings with all that is wrong in the sections of the application, its filter and its server.

    Of a server that is not ours nothing is checked.
    """
    with reading_ini(path):
        options: dict[str, str] = dict(ini_loader(path).get_settings("server:main"))
    faults: list[str] = []
    settings = None
    try:
        settings = read_file(path)
        check_options(settings.database_url)
    except WrongSettings as error:
        faults += error.faults
    if settings:
        faults += _metrics_faults(settings)
    try:
        _identity_filter(path)
    except WrongSettings as error:
        faults += error.faults
    faults += [f"[server:main] {fault}" for fault in _server_faults(options, settings)]
    if faults:
        # What cannot be read is met by more than one of them.
        raise WrongSettings([*dict.fromkeys(faults)])


def _metrics_faults(settings: Settings) -> list[str]:
    if not settings.metrics_enabled:
        return []
    directory = settings.metrics_directory.absolute()
    # Not made here: whoever only checks may be another account than the service's, which has to write there.
    there = next(each for each in (directory, *directory.parents) if os.access(each, os.F_OK))
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return []
    return [f"[app:main] metrics.directory: {os.strerror(errno.EACCES if there.is_dir() else errno.ENOTDIR)}"]


def identity_source(path: str) -> IdentitySource:
    """Return where identities come from, by the ini file at *path*. Raises WrongSettings."""
    return cast(IdentitySource, _identity_filter(path)(None))


def _identity_filter(path: str) -> Callable[[None], object]:
    loader = ini_loader(path)
    with reading_ini(path):
        name = loader.get_settings("app:main").get("filter-with")
    if not name:
        raise WrongSettings(["[app:main] filter-with: required, the name of the identity filter's section"])
    try:
        with reading_ini(path):
            found = loadcontext(FILTER, loader.pastedeploy_spec, name=name, relative_to=loader.relative_to)
    except (LookupError, ImportError) as error:
        wrong = f"[filter:{name}] use" if f"filter:{name}" in loader.get_sections() else "[app:main] filter-with"
        raise WrongSettings([f"{wrong}: {error}"]) from error
    return cast(Callable[[None], object], found.create())


def _server_faults(options: dict[str, str], settings: Settings | None) -> list[str]:
    if not options.pop("use", "").startswith("egg:monasca-events-api"):
        return []
    faults = [f"{name}: this server listens on HOST:PORT only" for name in OTHER_SOCKETS if name in options]
    options = {name: text for name, text in options.items() if name not in OTHER_SOCKETS}
    try:
        whole_number(1, MOST_WORKERS)(options.pop("workers", "1"))
    except ValueError as error:
        faults.append(f"workers: {error}")
    if "listen" in options and not options["listen"].split():
        # waitress would then listen on 0.0.0.0:8080.
        faults.append("listen: names no HOST:PORT")
    # waitress would listen on what is left of such a number.
    faults += [
        f"{name}: '{address}' has no port up to {LAST_PORT}"
        for name in ("listen", "port")
        for address in options.get(name, "").split()
        if not has_possible_port(address)
    ]
    # Those about trusted proxies make sense together only.
    faults += [
        wrong
        for name, text in options.items()
        if not name.startswith("trusted_proxy") and (wrong := _waitress_fault({name: text}, f"{name}: "))
    ]
    if not faults and (wrong := _waitress_fault(options, "")):
        faults.append(wrong)
    return faults or (_limit_faults(options, settings) if settings else [])


def _waitress_fault(options: Mapping[str, str], prefix: str) -> str | None:
    try:
        Adjustments(**options)
    except ValueError as error:
        unknown = str(error).startswith("Unknown adjustment")
        return prefix + ("unknown key" if unknown else str(error))
    return None


def _limit_faults(options: Mapping[str, str], settings: Settings) -> list[str]:
    """Return numbers that no server can do with, and what would keep refusals, or threads, from the application."""
    adjusted = Adjustments(**options)
    # waitress takes these, and answers nobody.
    faults = [f"{name}: must be at least 1" for name in AT_LEAST_ONE if getattr(adjusted, name) < 1]
    if adjusted.max_request_body_size <= settings.max_body_bytes:
        faults.append("max_request_body_size: must be larger than api.max_body_bytes")
    if settings.publisher == "kafka" and adjusted.threads <= settings.kafka_max_waiting_requests:
        faults.append("threads: must be more than kafka.max_waiting_requests")
    return faults
