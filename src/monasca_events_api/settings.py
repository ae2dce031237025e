"""Every setting of ``[app:main]``: its key, what it may be, its default (contract 3).

The whole configuration is read here once, at the start. A wrong value ends the start with one line for
each fault, naming the key. A value ``env:NAME`` or ``file:PATH`` stands for what that environment
variable or file holds, so that secrets can stay out of the ini file.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import plaster

PASTE_KEYS = {"use", "filter-with", "here", "__file__"}

Network = IPv4Network | IPv6Network


class WrongSettings(ValueError):
    """The configuration cannot be used; the text has a line for each fault, naming the key."""


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from *least* to *most*."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else None
        if number is None or not least <= number <= most:
            raise ValueError(f"'{text}' is not a whole number from {least} to {most}")
        return number

    return read


def seconds(least: float, most: float) -> Callable[[str], float]:
    """Return a reader of durations in seconds, from *least* to *most*."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            raise ValueError(f"'{text}' is not a number of seconds from {least:g} to {most:g}")
        return number

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a reader of one of *choices*."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"'{text}' is none of {', '.join(choices)}")
        return text

    return read


def boolean(text: str) -> bool:
    """Read ``true`` or ``false``."""
    if text.lower() not in {"true", "false"}:
        raise ValueError(f"'{text}' is neither true nor false")
    return text.lower() == "true"


def words(text: str) -> tuple[str, ...]:
    """Read words separated by commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def roles(text: str) -> frozenset[str]:
    """Read role names separated by commas; Keystone compares them without regard to case."""
    return frozenset(word.casefold() for word in words(text))


def networks(text: str) -> tuple[Network, ...]:
    """Read addresses or networks (``10.0.0.0/8``) separated by commas."""
    return tuple(ip_network(word) for word in words(text))


def key(name: str, read: Callable[[str], Any] = str, *, default: Any = MISSING) -> Any:
    """Declare a setting: its key in the ini file, its reader, its default (none: it is required)."""
    return field(default=default, metadata={"key": name, "read": read})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The checked configuration; see ``production.ini`` for what each setting is for."""

    database_url: str = key("sqlalchemy.url")
    database_password: str = key("sqlalchemy.password", default="")
    database_pool_size: int = key("sqlalchemy.pool_size", whole_number(1, 1000), default=20)

    full_access_roles: frozenset[str] = key(
        "default_authorized_roles", roles, default=frozenset({"monasca-user"})
    )
    agent_roles: frozenset[str] = key("agent_authorized_roles", roles, default=frozenset({"monasca-agent"}))
    delegate_roles: frozenset[str] = key("delegate_authorized_roles", roles, default=frozenset({"admin"}))

    region: str = key("region", default="RegionOne")
    transform_extensions: bool = key("transform_extensions", boolean, default=True)
    page_limit: int = key("api.page_limit", whole_number(1, 1000), default=50)
    max_body_bytes: int = key("api.max_body_bytes", whole_number(1024, 1 << 30), default=10 << 20)
    max_events: int = key("api.max_events", whole_number(1, 100_000), default=1000)
    trusted_proxies: tuple[Network, ...] = key("api.trusted_proxies", networks, default=())
    stream_definition_quota: int = key("quota.stream_definitions", whole_number(0, 1 << 30), default=1000)
    transform_quota: int = key("quota.transforms", whole_number(0, 1 << 30), default=1000)

    publisher: str = key("messages.publisher", one_of("kafka", "files"), default="kafka")
    messages_directory: Path = key("messages.directory", Path, default=Path("var/topics"))
    stream_definitions_topic: str = key("messages.stream_definitions_topic", default="stream-definitions")
    transforms_topic: str = key("messages.transforms_topic", default="transform-definitions")
    events_topic: str = key("messages.events_topic", default="raw-events")

    kafka_servers: tuple[str, ...] = key("kafka.bootstrap_servers", words, default=())
    kafka_security_protocol: str = key(
        "kafka.security_protocol",
        one_of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
        default="PLAINTEXT",
    )
    kafka_cafile: str = key("kafka.ssl_cafile", default="")
    kafka_certfile: str = key("kafka.ssl_certfile", default="")
    kafka_keyfile: str = key("kafka.ssl_keyfile", default="")
    kafka_sasl_mechanism: str = key(
        "kafka.sasl_mechanism", one_of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"), default="PLAIN"
    )
    kafka_username: str = key("kafka.sasl_username", default="")
    kafka_password: str = key("kafka.sasl_password", default="")
    kafka_timeout: float = key("kafka.timeout", seconds(0.1, 600), default=10.0)
    kafka_max_record_bytes: int = key("kafka.max_record_bytes", whole_number(1024, 1 << 30), default=1 << 20)
    kafka_max_waiting_requests: int = key("kafka.max_waiting_requests", whole_number(1, 10_000), default=8)

    relay_enabled: bool = key("relay.enabled", boolean, default=True)
    relay_lease: float = key("relay.lease", seconds(1, 3600), default=10.0)
    relay_poll: float = key("relay.poll", seconds(0.01, 60), default=0.05)


def read_settings(values: Mapping[str, str]) -> Settings:
    """Read and check *values*, the keys and texts of ``[app:main]``.

    Keys that begin with ``pyramid.`` are Pyramid's own. Raises WrongSettings with all faults at once.
    """
    faults: list[str] = []
    found: dict[str, Any] = {}
    known = {each.metadata["key"]: each for each in fields(Settings)}
    unknown = [name for name in values if name not in known and not name.startswith("pyramid.")]
    faults += [f"{name}: unknown key" for name in unknown]
    for name, each in known.items():
        try:
            found[each.name] = _read(each, values.get(name, ""))
        except (ValueError, OSError) as error:
            faults.append(f"{name}: {error}")
    if found.get("publisher") == "kafka" and found.get("kafka_servers") == ():
        faults.append("kafka.bootstrap_servers: required where messages.publisher is kafka")
    if faults:
        raise WrongSettings("\n".join(faults))
    return Settings(**found)


def read_file(path: str) -> Settings:
    """Read and check ``[app:main]`` of the ini file at *path*. Raises WrongSettings."""
    values = plaster.get_settings(path, "app:main")
    return read_settings({name: text for name, text in values.items() if name not in PASTE_KEYS})


def _read(each: Field[Any], text: str) -> Any:
    text = resolve(text.strip())
    if text:
        return each.metadata["read"](text)
    if each.default is MISSING:
        raise ValueError("required")
    return each.default


def resolve(text: str) -> str:
    """Return *text*, or what the variable of ``env:NAME`` or the file of ``file:PATH`` holds.

    Raises ValueError where there is no such variable, OSError where the file cannot be read.
    """
    if text.startswith("env:"):
        if text[4:] not in os.environ:
            raise ValueError(f"the environment variable {text[4:]} is not set")
        return os.environ[text[4:]]
    if text.startswith("file:"):
        return Path(text[5:]).read_text(encoding="utf-8").strip()
    return text
