"""A memcached by which several services know what Keystone has said (contract 3, Keystone settings)."""

import time
from collections.abc import Callable, Iterator

import pytest
from guarded_service import STREAMS, Door, keystone_service

from servers.keystone import Keystone
from servers.memcached import Memcached
from servers.processes import wait_until
from servers.run import folder_of_the_run

Doors = Callable[..., Door]
LONG, SHORT = 300, 20
"""Seconds: longer than any test, and long enough for a service to start meanwhile."""


@pytest.fixture(scope="module")
def memcached() -> Iterator[Memcached]:
    """One server for all tests; each has tokens of its own."""
    server = Memcached(folder_of_the_run("memcached"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def doors(keystone: Keystone, memcached: Memcached) -> Iterator[Doors]:
    """Start services that believe a token for so many seconds, and share the memcached."""
    started: list[Iterator[Door]] = []

    def start(seconds: int, **further: str) -> Door:
        options = {"memcached_servers": memcached.address, "token_cache_time": str(seconds), **further}
        started.append(keystone_service(keystone, options=options))
        return next(started[-1])

    yield start
    for service in started:
        assert next(service, None) is None


def test_what_keystone_said_to_one_service_another_one_knows(doors: Doors, keystone: Keystone) -> None:
    one, other, token = doors(LONG), doors(LONG), keystone.token("full")
    assert one.ask("GET", STREAMS, token).status_code == 200
    keystone.pause()
    try:
        assert other.ask("GET", STREAMS, token).status_code == 200
    finally:
        keystone.resume()


def test_what_others_have_written_there_counts_for_nothing_where_it_is_signed(doors: Doors, keystone: Keystone) -> None:
    signed = {"memcache_security_strategy": "MAC"}
    one = doors(LONG, memcache_secret_key="one", **signed)
    same = doors(LONG, memcache_secret_key="one", **signed)
    other = doors(LONG, memcache_secret_key="other", **signed)
    token = keystone.token("full")
    assert one.ask("GET", STREAMS, token).status_code == 200
    keystone.pause()
    try:
        assert same.ask("GET", STREAMS, token).status_code == 200
        assert other.ask("GET", STREAMS, token).status_code == 503
    finally:
        keystone.resume()


def test_a_revoked_token_is_good_for_no_longer_than_it_is_believed(doors: Doors, keystone: Keystone) -> None:
    one, token = doors(SHORT), keystone.token("full")
    assert one.ask("GET", STREAMS, token).status_code == 200
    over = time.monotonic() + SHORT
    keystone.revoke(token)
    # It learns of the token when some of its time is over, from the memcached alone.
    late = doors(SHORT)
    assert late.ask("GET", STREAMS, token).status_code == 200
    left = over - time.monotonic() + 1
    wait_until(lambda: late.ask("GET", STREAMS, token).status_code == 401, "it is refused", left)


def test_with_the_memcached_away_tokens_are_good(doors: Doors, keystone: Keystone, memcached: Memcached) -> None:
    door = doors(LONG)
    memcached.kill()
    try:
        tokens = [keystone.token("full") for _ in range(3)]
        assert [door.ask("GET", STREAMS, token).status_code for token in tokens] == [200, 200, 200]
    finally:
        memcached.start()
