"""Keystone away, or hanging: who has a token is told to come again, and nobody waits long (contract 1.7)."""

import time

import httpx
import pytest
from guarded_service import CONNECT_SECONDS, OPEN_PATHS, STREAMS, Door

from servers.keystone import Keystone
from servers.processes import wait_until

# A question may need a token of the service's own first: two answers are waited for, each once.
PATIENCE_SECONDS = 2 * CONNECT_SECONDS + 1
WITHOUT_KEYSTONE = ("/", "/v2.0", "/healthcheck/live")
READINESS = ("/healthcheck", "/healthcheck/ready")


def assert_is_told_to_come_again(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["request_id"] == answer.headers["X-OpenStack-Request-ID"]


def test_with_keystone_away_a_token_gets_503(door: Door, keystone_away: Keystone) -> None:
    assert not keystone_away.process.running
    assert_is_told_to_come_again(door.ask("GET", STREAMS, "A" * 32))


def test_with_keystone_away_the_log_says_of_a_request_why_it_was_503(door: Door, keystone_away: Keystone) -> None:
    assert not keystone_away.process.running
    told = door.ask("GET", STREAMS, "D" * 32).json()["request_id"]
    log = door.process.log_file.read_text(encoding="utf-8")
    (line,) = [each for each in log.splitlines() if f"keystone failed request_id={told}" in each]
    assert "Unable to establish connection" in line


def test_with_keystone_hanging_a_token_gets_503(door: Door, keystone_hanging: Keystone) -> None:
    assert keystone_hanging.process.running
    assert_is_told_to_come_again(door.ask("GET", STREAMS, "B" * 32))


def test_with_keystone_hanging_nobody_waits_longer_than_configured(door: Door, keystone_hanging: Keystone) -> None:
    assert keystone_hanging.process.running
    started = time.monotonic()
    door.ask("GET", STREAMS, "C" * 32)
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_with_keystone_away_who_has_no_token_is_refused_as_ever(door: Door, keystone_away: Keystone) -> None:
    assert not keystone_away.process.running
    assert door.ask("GET", STREAMS).status_code == 401


def test_with_keystone_back_tokens_are_good_again(door: Door, keystone: Keystone) -> None:
    token = keystone.token("full")
    keystone.kill()
    try:
        assert door.ask("GET", STREAMS, token).status_code == 503
    finally:
        keystone.start()
    wait_until(lambda: door.ask("GET", STREAMS, token).status_code == 200, "it is good again", 10)


def test_with_keystone_awake_again_tokens_are_good_again(door: Door, keystone: Keystone) -> None:
    token = keystone.token("full")
    keystone.pause()
    try:
        assert door.ask("GET", STREAMS, token).status_code == 503
    finally:
        keystone.resume()
    wait_until(lambda: door.ask("GET", STREAMS, token).status_code == 200, "it is good again", 10)


@pytest.mark.parametrize("path", WITHOUT_KEYSTONE)
def test_with_keystone_away_open_paths_answer(door: Door, keystone_away: Keystone, path: str) -> None:
    assert not keystone_away.process.running
    assert door.ask("GET", path).status_code == 200


@pytest.mark.parametrize("path", READINESS)
@pytest.mark.parametrize("trouble", ["keystone_away", "keystone_hanging"])
def test_readiness_says_that_keystone_is_away(
    door: Door, request: pytest.FixtureRequest, path: str, trouble: str
) -> None:
    request.getfixturevalue(trouble)
    wait_until(lambda: door.ask("GET", path).status_code == 503, "it is noticed", 10)
    answer = door.ask("GET", path)
    assert answer.json()["keystone"].startswith("Keystone is away")
    assert answer.json()["database"] == "OK"
    assert int(answer.headers["Retry-After"]) > 0


def test_readiness_says_when_keystone_is_back(door: Door, keystone: Keystone) -> None:
    keystone.kill()
    try:
        wait_until(lambda: door.ask("GET", "/healthcheck/ready").status_code == 503, "it is noticed", 10)
    finally:
        keystone.start()
    wait_until(lambda: door.ask("GET", "/healthcheck/ready").status_code == 200, "it is noticed", 10)


def test_with_keystone_there_every_open_path_answers(door: Door) -> None:
    wait_until(lambda: all(door.ask("GET", path).status_code == 200 for path in OPEN_PATHS), "all answer", 10)
