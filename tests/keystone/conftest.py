"""The service behind the run's Keystone."""

from collections.abc import Iterator

import pytest
from guarded_service import Door, keystone_service

from servers.keystone import Keystone


@pytest.fixture(scope="session")
def door(keystone: Keystone) -> Iterator[Door]:
    """The service, with times that are short; tests only read its settings."""
    yield from keystone_service(keystone)


@pytest.fixture(scope="session")
def full(keystone: Keystone) -> str:
    """A token with full access."""
    return keystone.token("full")


@pytest.fixture(scope="session")
def agent(keystone: Keystone) -> str:
    """A token that may post events."""
    return keystone.token("agent")


@pytest.fixture(scope="session")
def unrelated(keystone: Keystone) -> str:
    """A good token whose role means nothing here."""
    return keystone.token("unrelated")


@pytest.fixture(scope="session")
def delegate(keystone: Keystone) -> str:
    """A token that may act for other tenants."""
    return keystone.token("delegate")


@pytest.fixture(scope="session")
def other(keystone: Keystone) -> str:
    """A token with full access to another project."""
    return keystone.token("other")


@pytest.fixture
def keystone_away(keystone: Keystone) -> Iterator[Keystone]:
    """Keystone, killed; at the test's end it is back."""
    keystone.kill()
    yield keystone
    keystone.start()


@pytest.fixture
def keystone_hanging(keystone: Keystone) -> Iterator[Keystone]:
    """Keystone, which takes connections and answers nothing; at the test's end it is back."""
    keystone.pause()
    yield keystone
    keystone.resume()
