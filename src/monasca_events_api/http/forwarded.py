"""The URL as the client sees it, behind proxies that the settings trust (contract 1.4, Links)."""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from monasca_events_api.setting_values import Network

_HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_PORT = re.compile(r"[0-9]{1,5}")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_PAIR = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^",;\s]*))\s*')


def apply(environ: dict[str, Any], trusted: Sequence[Network]) -> None:
    """Set scheme, host and prefix of *environ* to what a trusted proxy says of them.

    Each header's last value counts: it is the one that our own proxy has written.
    """
    if not _is_trusted(environ.get("REMOTE_ADDR", ""), trusted):
        return
    said = _forwarded(environ)
    if not said.keys() & {"proto", "host"}:
        said = _x_forwarded(environ)
    if said.get("proto") in {"http", "https"}:
        environ["wsgi.url_scheme"] = said["proto"]
    if _HOST.fullmatch(said.get("host", "")):
        environ["HTTP_HOST"] = said["host"]
    if _PORT.fullmatch(said.get("port", "")) and "HTTP_HOST" in environ:
        environ["HTTP_HOST"] = f"{_without_port(environ['HTTP_HOST'])}:{said['port']}"
    prefix = _last(environ, "HTTP_X_FORWARDED_PREFIX").rstrip("/")
    if _PREFIX.fullmatch(prefix):
        environ["SCRIPT_NAME"] = prefix


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    if not trusted:
        return False
    try:
        peer = ip_address(address)
    except ValueError:
        return False
    # A socket for both kinds of address tells one of IPv4 as one of IPv6.
    peers = {peer, getattr(peer, "ipv4_mapped", None) or peer}
    return any(each in network for each in peers for network in trusted)


def _forwarded(environ: dict[str, Any]) -> dict[str, str]:
    last = environ.get("HTTP_FORWARDED", "").rsplit(",", 1)[-1]
    pairs = (_PAIR.fullmatch(part) for part in last.split(";"))
    return {pair[1].lower(): pair[2] or pair[3] or "" for pair in pairs if pair}


def _x_forwarded(environ: dict[str, Any]) -> dict[str, str]:
    return {name: _last(environ, f"HTTP_X_FORWARDED_{name.upper()}") for name in ("proto", "host", "port")}


def _last(environ: dict[str, Any], key: str) -> str:
    return str(environ.get(key, "")).rsplit(",", 1)[-1].strip()


def _without_port(host: str) -> str:
    return re.sub(r":[0-9]+$", "", host)
