"""Every setting of ``[app:main]``: its key, what it may be, its default (contract 3).

All of them are read here, at the start; ``ini_file`` checks the other sections, too. A wrong value ends the start with
one line for each fault, naming the key. A value ``env:NAME`` or ``file:PATH`` stands for what that environment
variable or file holds, so that secrets can stay out of the ini file.
"""

import configparser
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import plaster

from monasca_events_api.setting_values import (
    Network,
    boolean,
    database_url,
    existing_file,
    networks,
    one_of,
    pem_file,
    roles,
    seconds,
    servers,
    topic,
    whole_number,
)

PASTE_KEYS = {"use", "filter-with", "here", "__file__"}


class WrongSettings(SystemExit):
    """The configuration cannot be used; ``faults`` has a line for each fault, naming its section and key.

    If nobody catches it, the process (pserve, alembic or a command) prints these lines and exits with status 1.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def key(name: str, read: Callable[[str], Any] = str, *, default: Any = MISSING, may_be_empty: bool = False) -> Any:
    """Declare a setting: its key in the ini file, its reader, its default (none: it is required).

    A key without a value counts as one that is not there, unless it *may_be_empty*.
    """
    return field(default=default, metadata={"key": name, "read": read, "may_be_empty": may_be_empty})


def _roles(name: str, default: str) -> Any:
    # Without a value nobody has the right: to fall back to the default would open what was closed.
    return key(name, roles, default=frozenset({default}), may_be_empty=True)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The checked configuration; see ``production.ini`` for what each setting is for."""

    database_url: str = key("sqlalchemy.url", database_url)
    database_password: str = key("sqlalchemy.password", default="")
    database_pool_size: int = key("sqlalchemy.pool_size", whole_number(1, 1000), default=20)

    full_access_roles: frozenset[str] = _roles("default_authorized_roles", "monasca-user")
    agent_roles: frozenset[str] = _roles("agent_authorized_roles", "monasca-agent")
    delegate_roles: frozenset[str] = _roles("delegate_authorized_roles", "admin")

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
    stream_definitions_topic: str = key("messages.stream_definitions_topic", topic, default="stream-definitions")
    transforms_topic: str = key("messages.transforms_topic", topic, default="transform-definitions")
    events_topic: str = key("messages.events_topic", topic, default="raw-events")

    kafka_servers: tuple[str, ...] = key("kafka.bootstrap_servers", servers, default=())
    kafka_security_protocol: str = key(
        "kafka.security_protocol",
        one_of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
        default="PLAINTEXT",
    )
    kafka_cafile: str = key("kafka.ssl_cafile", existing_file, default="")
    kafka_certfile: str = key("kafka.ssl_certfile", pem_file, default="")
    kafka_keyfile: str = key("kafka.ssl_keyfile", pem_file, default="")
    kafka_sasl_mechanism: str = key(
        "kafka.sasl_mechanism", one_of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"), default="PLAIN"
    )
    kafka_username: str = key("kafka.sasl_username", default="")
    kafka_password: str = key("kafka.sasl_password", default="")
    kafka_timeout: float = key("kafka.timeout", seconds(0.1, 600), default=10.0)
    kafka_max_record_bytes: int = key("kafka.max_record_bytes", whole_number(1024, 1 << 30), default=1 << 20)
    kafka_max_waiting_requests: int = key("kafka.max_waiting_requests", whole_number(1, 10_000), default=8)

    relay_enabled: bool = key("relay.enabled", boolean, default=True)
    relay_lease: float = key("relay.lease", seconds(5, 3600), default=10.0)
    relay_poll: float = key("relay.poll", seconds(0.01, 60), default=0.05)

    metrics_enabled: bool = key("metrics.enabled", boolean, default=False)
    metrics_directory: Path = key("metrics.directory", Path, default=Path("var/metrics"))


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
            found[each.name] = _read(each, values.get(name))
        except ValueError as error:
            faults.append(f"{name}: {error}")
    faults += _topic_faults({name: found.get(each.name, "") for name, each in known.items() if name.endswith("_topic")})
    if found.get("publisher") == "kafka":
        faults += _kafka_faults(found)
    if faults:
        raise WrongSettings([f"[app:main] {fault}" for fault in faults])
    return Settings(**found)


def read_file(path: str) -> Settings:
    """Read and check ``[app:main]`` of the ini file at *path*. Raises WrongSettings."""
    with reading_ini(path):
        values = ini_loader(path).get_settings("app:main")
    return read_settings({name: text for name, text in values.items() if name not in PASTE_KEYS})


@cache
def ini_loader(path: str) -> Any:
    """Return plaster's loader of the ini file at *path*, which reads the file each time that it is asked.

    It is found once: plaster looks for it in all that is installed.
    """
    return plaster.get_loader(path, ["wsgi"])


@contextmanager
def reading_ini(path: str) -> Iterator[None]:
    """Read the file at *path* in the ``with``. Raises WrongSettings where it is no ini file."""
    try:
        yield
    except (configparser.Error, UnicodeDecodeError) as error:
        # Nor may the library's words come out as the cause of this: they repeat the line, and that may be a password.
        raise WrongSettings([f"{path} is no ini file: {_in_words(error)}"]) from None


def _in_words(error: configparser.Error | UnicodeDecodeError) -> str:
    match error:
        case configparser.MissingSectionHeaderError(lineno=line):
            return f"line {line} stands before any section"
        case configparser.ParsingError(errors=[(line, _text), *_others]):
            return f"line {line} is neither a section nor a key with its value"
        case configparser.InterpolationError(section=section, option=option):
            return f"[{section}] {option}: a % in a value is written %%, unless it begins a %(key)s"
    return " ".join(str(error).split())


def _topic_faults(topics: Mapping[str, str]) -> list[str]:
    taken: dict[str, str] = {}
    return [
        f"{name}: '{topic}' is the topic of {taken[topic]}"
        for name, topic in topics.items()
        if topic and taken.setdefault(topic, name) != name
    ]


_OF_PROTOCOLS = {
    "kafka_cafile": ("kafka.ssl_cafile", "SSL"),
    "kafka_certfile": ("kafka.ssl_certfile", "SSL"),
    "kafka_username": ("kafka.sasl_username", "SASL"),
    "kafka_password": ("kafka.sasl_password", "SASL"),
}
"""Settings that only some protocols have a use for, each with what the names of these have in common."""


def _kafka_faults(found: Mapping[str, Any]) -> list[str]:
    # A value that was refused is not found, and has its own fault.
    faults = []
    if found.get("kafka_servers") == ():
        faults.append("kafka.bootstrap_servers: required where messages.publisher is kafka")
    if found.get("kafka_security_protocol", "").startswith("SASL") and found.get("kafka_username") == "":
        faults.append("kafka.sasl_username: required where kafka.security_protocol is SASL")
    faults += [
        f"{name}: counts for nothing where kafka.security_protocol is {found['kafka_security_protocol']}"
        for field_name, (name, part) in _OF_PROTOCOLS.items()
        if found.get(field_name) and part not in found.get("kafka_security_protocol", part)
    ]
    if found.get("kafka_keyfile") and found.get("kafka_certfile") == "":
        faults.append("kafka.ssl_certfile: required where kafka.ssl_keyfile is set")
    return faults


def _read(each: Field[Any], given: str | None) -> Any:
    text = resolve((given or "").strip())
    if text or (given is not None and each.metadata["may_be_empty"]):
        return each.metadata["read"](text)
    if each.default is MISSING:
        raise ValueError("required")
    return each.default


def resolve(text: str) -> str:
    """Return *text*, or what the variable of ``env:NAME`` or the file of ``file:PATH`` holds.

    In PATH, ``$NAME`` stands for an environment variable, as systemd's ``$CREDENTIALS_DIRECTORY``.
    Raises ValueError where there is no such variable, or the file cannot be read or holds nothing.
    """
    if text.startswith("env:"):
        if text[4:] not in os.environ:
            raise ValueError(f"the environment variable {text[4:]} is not set")
        return os.environ[text[4:]]
    if text.startswith("file:"):
        path = os.path.expandvars(text[5:])
        try:
            found = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"{path}: {error.strerror}") from error
        except UnicodeDecodeError:
            # Its words would show a byte of the secret.
            raise ValueError(f"{path}: is not UTF-8") from None
        if not found:
            # Just being written, perhaps: it must not count as no password.
            raise ValueError(f"{path}: is empty")
        return found
    return text
