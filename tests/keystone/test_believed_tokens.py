"""A token that was good once is believed for `token_cache_time`, and not for more than Keystone said of it."""

from collections.abc import Iterator

import pytest
from guarded_service import EVENTS, STREAMS, Door, keystone_service

from api.examples import stream_definition
from servers.keystone import Keystone
from servers.processes import wait_until

LONG = {"token_cache_time": "300"}
SERVICE_TYPE = "identity"
"""The one that the catalogue of the tests' Keystone has."""


@pytest.fixture(scope="module")
def believing_door(keystone: Keystone) -> Iterator[Door]:
    """The service, which believes a token for longer than the tests take."""
    yield from keystone_service(keystone, options=LONG)


@pytest.fixture(scope="module")
def ruled_door(keystone: Keystone) -> Iterator[Door]:
    """The same, with what access rules need."""
    options = {**LONG, "service_type": SERVICE_TYPE, "include_service_catalog": "true"}
    yield from keystone_service(keystone, options=options)


def test_a_token_is_good_with_keystone_away(believing_door: Door, full: str, keystone: Keystone) -> None:
    assert believing_door.ask("GET", STREAMS, full).status_code == 200
    keystone.pause()
    try:
        assert believing_door.ask("POST", STREAMS, full, stream_definition()).status_code == 201
    finally:
        keystone.resume()


def test_it_has_the_roles_that_keystone_said(believing_door: Door, agent: str) -> None:
    assert [believing_door.ask("GET", STREAMS, agent).status_code for _ in range(2)] == [403, 403]


def test_it_has_the_project_that_keystone_said(believing_door: Door, full: str, other: str) -> None:
    assert believing_door.ask("GET", STREAMS, full).status_code == 200
    created = believing_door.creates(other)
    assert believing_door.ask("GET", f"{STREAMS}/{created}", full).status_code == 404


def test_it_is_good_until_it_expires_and_not_longer(believing_door: Door, keystone: Keystone) -> None:
    token = keystone.short_lived_token("full", 3)
    assert believing_door.ask("GET", STREAMS, token).status_code == 200
    wait_until(lambda: believing_door.ask("GET", STREAMS, token).status_code == 401, "it has expired", 6)


def test_a_token_of_a_service_that_is_none_beside_it_is_refused_all_the_same(believing_door: Door, full: str) -> None:
    assert believing_door.ask("GET", STREAMS, full).status_code == 200
    assert believing_door.ask("GET", STREAMS, full, headers={"X-Service-Token": "garbage"}).status_code == 401


def test_a_token_that_was_good_beside_that_of_a_service_is_good_by_itself(
    believing_door: Door, keystone: Keystone
) -> None:
    token, service = keystone.token("full"), keystone.token("service")
    assert believing_door.ask("GET", STREAMS, token, headers={"X-Service-Token": service}).status_code == 200
    assert believing_door.ask("GET", STREAMS, token).status_code == 200


def test_a_token_that_has_expired_is_not_good_by_itself_because_it_was_beside_that_of_a_service(
    believing_door: Door, keystone: Keystone
) -> None:
    token, service = keystone.expired_token("full"), keystone.token("service")
    believing_door.ask("GET", STREAMS, token, headers={"X-Service-Token": service})
    assert believing_door.ask("GET", STREAMS, token).status_code == 401


@pytest.fixture
def reading(keystone: Keystone) -> str:
    """A token that is good for the list of stream definitions alone."""
    return keystone.restricted_token("full", {"service": SERVICE_TYPE, "method": "GET", "path": STREAMS})


def test_access_rules_let_through_what_they_name(ruled_door: Door, reading: str) -> None:
    assert [ruled_door.ask("GET", STREAMS, reading).status_code for _ in range(2)] == [200, 200]


def test_access_rules_refuse_all_else_of_a_token_that_was_good(ruled_door: Door, reading: str) -> None:
    assert ruled_door.ask("GET", STREAMS, reading).status_code == 200
    assert ruled_door.ask("POST", STREAMS, reading, stream_definition()).status_code == 401
    assert ruled_door.ask("POST", EVENTS, reading, {}).status_code == 401
