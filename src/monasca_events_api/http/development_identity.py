"""A fixed identity for everybody, for development: it starts only where nobody else can connect (contract 3)."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

import plaster

from monasca_events_api.http.identity import KEY, SOURCE_KEY, Identity
from monasca_events_api.http.paths import needs_token
from monasca_events_api.settings import words

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def filter_factory(
    global_conf: dict[str, str], *, user_id: str, tenant_id: str, roles: str
) -> Callable[[WsgiApp], WsgiApp]:
    """Return a filter that takes everybody for this user; ends the start unless the server is on loopback."""
    server = plaster.get_settings(global_conf["__file__"], "server:main")
    if not listens_on_loopback(server):
        raise SystemExit("[server:main]\nlisten: with the development identity it must be a loopback address")
    fixed = Identity(user_id, tenant_id, frozenset(role.casefold() for role in words(roles)))
    return lambda app: DevelopmentIdentity(app, fixed)


def listens_on_loopback(server: dict[str, str]) -> bool:
    """Say whether a server with these settings can be reached from this host alone."""
    if "unix_socket" in server:
        return True
    sockets = server.get("listen", "").split() or [f"{server.get('host', '0.0.0.0')}:0"]  # noqa: S104
    return all(_is_loopback(each.rsplit(":", 1)[0]) for each in sockets)


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
        # A server that was started past its ini file may listen elsewhere.
        if needs_token(environ.get("PATH_INFO", "")) and _is_loopback(environ.get("REMOTE_ADDR", "")):
            environ[KEY] = self._fixed
        return self._app(environ, start_response)
