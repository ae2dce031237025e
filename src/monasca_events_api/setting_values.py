"""Readers of settings: from the text to the value; each raises ValueError that says what is wrong."""

import re
from collections.abc import Callable
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

Network = IPv4Network | IPv6Network

LAST_PORT = 65_535
ENCRYPTED = (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")
"""Of a PEM file with a passphrase, the new form and the old one."""

DRIVERS = {
    "sqlite": ("sqlite3", ""),
    "postgresql+psycopg": ("psycopg", "postgresql"),
    "mysql+pymysql": ("pymysql", "mysql"),
    "mariadb+pymysql": ("pymysql", "mysql"),
}
"""By what a URL begins with: the driver's module, and the extra of our distribution that brings it."""


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


def database_url(text: str) -> str:
    """Read the URL of a database whose driver is here; it may hold a password, so no error shows it."""
    scheme, _, rest = text.partition("://")
    if scheme not in DRIVERS:
        raise ValueError(f"must begin with one of {', '.join(f'{each}://' for each in DRIVERS)}")
    module, extra = DRIVERS[scheme]
    if find_spec(module) is None:
        raise ValueError(f"{module} is missing; install monasca-events-api[{extra}]")
    found = re.fullmatch(r"(\[[^]]*\]|[^:/]*)(:\d+)?(/.*)?", rest.rpartition("@")[2])
    if not found or not has_possible_port(found[2] or ":0"):
        raise ValueError("what stands behind the @ is not HOST:PORT/NAME")
    return text


def existing_file(text: str) -> str:
    """Read the path of a file that is there."""
    try:
        with Path(text).open("rb"):
            return text
    except OSError as error:
        raise ValueError(f"{text}: {error.strerror}") from error


def pem_file(text: str) -> str:
    """Read the path of a PEM file whose key, if it has one, needs no passphrase: a terminal would be asked for that."""
    existing_file(text)
    if any(mark in Path(text).read_bytes() for mark in ENCRYPTED):
        raise ValueError(f"{text}: its key needs a passphrase")
    return text


def has_possible_port(address: str) -> bool:
    """Say whether the number at the end of *address*, ``HOST:PORT``, can be a port; a name is left to the system."""
    port = address.rpartition(":")[2]
    return not port.isdecimal() or int(port) <= LAST_PORT


def servers(text: str) -> tuple[str, ...]:
    """Read HOST:PORT separated by commas."""
    found = words(text)
    for each in found:
        if not re.fullmatch(r"(\[[^]]+\]|[^:\s]+):\d+", each) or not has_possible_port(each):
            raise ValueError(f"'{each}' is not HOST:PORT")
    return found


def topic(text: str) -> str:
    """Read the name of a topic, as Kafka allows it."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,249}", text) or text in {".", ".."}:
        raise ValueError(f"'{text}' is not a topic's name: up to 249 of A-Z a-z 0-9 . _ -")
    return text


def networks(text: str) -> tuple[Network, ...]:
    """Read addresses or networks (``10.0.0.0/8``) separated by commas."""
    return tuple(ip_network(word) for word in words(text))
