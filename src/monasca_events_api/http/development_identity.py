"""A fixed identity for everybody, for development: it starts only where nobody else can connect (contract 3)."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from monasca_events_api.http.identity import KEY, SOURCE_KEY, Identity
from monasca_events_api.http.paths import needs_token
from monasca_events_api.setting_values import roles
from monasca_events_api.settings import WrongSettings, ini_loader

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
OPTIONS = ("user_id", "tenant_id", "roles")


def filter_factory(global_conf: dict[str, str], **options: str) -> Callable[[WsgiApp], WsgiApp]:
    """Return a filter that takes everybody for the user whom *options* describe.

    Raises WrongSettings, also unless the server is on loopback.
    """
    faults = [f"[filter:identity] {name}: unknown key" for name in options if name not in OPTIONS]
    faults += [f"[filter:identity] {name}: required" for name in OPTIONS if not options.get(name)]
    if not listens_on_loopback(ini_loader(global_conf["__file__"]).get_settings("server:main")):
        faults.append("[server:main] listen: with the development identity it must be a loopback address")
    if faults:
        raise WrongSettings(faults)
    fixed = Identity(options["user_id"], options["tenant_id"], roles(options["roles"]))
    return lambda app: DevelopmentIdentity(app, fixed)


def listens_on_loopback(server: dict[str, str]) -> bool:
    """Say whether a server with these settings can be reached from this host alone."""
    sockets = server.get("listen", "").split() or [f"{server.get('host', '0.0.0.0')}:0"]  # noqa: S104
    return all(_is_loopback(each.rsplit(":", 1)[0]) for each in sockets)


@lru_cache(maxsize=64)
def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class DevelopmentIdentity:
    """Puts the fixed identity before the application."""

    def __init__(self, app: WsgiApp, fixed: Identity) -> None:
        self._app = app
        self._fixed = fixed

    def check(self) -> None:
        """Everybody can be identified, always."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        environ[SOURCE_KEY] = self
        # A server that was started past its ini file may listen elsewhere; and a browser on this host sends what any
        # page of the network tells it to.
        is_own = _is_loopback(environ.get("REMOTE_ADDR", "")) and environ.get("HTTP_SEC_FETCH_SITE") != "cross-site"
        if is_own and needs_token(environ.get("PATH_INFO", "")):
            environ[KEY] = self._fixed
        return self._app(environ, start_response)
