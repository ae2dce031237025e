"""Keystone's word on who may do what (contract 1.1)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from guarded_service import (
    CACHE_SECONDS,
    DEFINITION_REQUESTS,
    EVENTS,
    NEVER_USED,
    STREAMS,
    TRANSFORMS,
    Door,
    in_words,
    keystone_service,
    without_request_id,
)

from api.examples import event, stream_definition, transform, unique
from servers.keystone import Keystone
from servers.processes import wait_until

Request = tuple[str, str, Any]
METHODS = ("GET", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("path", [STREAMS, TRANSFORMS])
def test_full_access_reads_definitions(door: Door, full: str, path: str) -> None:
    assert door.ask("GET", path, full).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status"), [(STREAMS, stream_definition(), 201), (TRANSFORMS, transform(), 200)]
)
def test_full_access_creates_changes_and_deletes_definitions(
    door: Door, full: str, path: str, body: dict[str, Any], status: int
) -> None:
    created = door.ask("POST", path, full, body)
    one = f"{path}/{created.json()['id']}"
    answers = [
        created,
        door.ask("PUT", one, full, body),
        door.ask("PATCH", one, full, {"name": unique("n")}),
        door.ask("DELETE", one, full),
    ]
    assert [each.status_code for each in answers] == [status, 200, 200, 204]


@pytest.mark.parametrize("who", ["full", "agent", "delegate"])
def test_these_post_events(door: Door, keystone: Keystone, who: str) -> None:
    assert door.ask("POST", EVENTS, keystone.token(who), event()).status_code == 204


def test_an_event_is_published_for_the_tokens_project(door: Door, keystone: Keystone, agent: str) -> None:
    posted = event()
    door.ask("POST", EVENTS, agent, posted)
    file = door.process.ini.parent / "topics" / "raw-events.jsonl"
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    (record,) = [line for line in lines if line["headers"]["id"] == posted["message_id"]]
    assert record["value"]["meta"]["tenantId"] == keystone.project_id("test")


@pytest.mark.parametrize("request_sent", DEFINITION_REQUESTS, ids=in_words)
@pytest.mark.parametrize("who", ["agent", "unrelated"])
def test_these_may_do_nothing_with_definitions(
    door: Door, request: pytest.FixtureRequest, who: str, request_sent: Request
) -> None:
    method, path, body = request_sent
    answer = door.ask(method, path, request.getfixturevalue(who), body)
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")


def test_an_unrelated_role_may_not_post_events(door: Door, unrelated: str) -> None:
    assert door.ask("POST", EVENTS, unrelated, event()).status_code == 403


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", [STREAMS, TRANSFORMS])
def test_another_projects_definition_looks_like_one_that_never_was(
    door: Door, full: str, other: str, method: str, path: str
) -> None:
    body = stream_definition() if path == STREAMS else transform()
    theirs = door.ask("POST", path, other, body).json()["id"]
    sent = {"PUT": body, "PATCH": {"name": "n"}}.get(method)
    answers = [without_request_id(door.ask(method, f"{path}/{each}", full, sent)) for each in (theirs, NEVER_USED)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_another_projects_definition_is_in_no_list(door: Door, full: str, other: str) -> None:
    theirs = door.creates(other)
    assert theirs not in door.ask("GET", STREAMS, full).text


def test_another_projects_definition_is_no_offset(door: Door, full: str, other: str) -> None:
    theirs = door.creates(other)
    answers = [without_request_id(door.ask("GET", f"{STREAMS}?offset={each}", full)) for each in (theirs, NEVER_USED)]
    assert answers[0][0] == 400
    assert answers[0] == answers[1]


def test_two_projects_may_use_the_same_name(door: Door, full: str, other: str) -> None:
    body = stream_definition()
    assert [door.ask("POST", STREAMS, token, body).status_code for token in (full, other)] == [201, 201]


def test_a_delegate_has_full_access_to_the_own_project(door: Door, delegate: str, full: str) -> None:
    created = door.creates(delegate)
    assert door.ask("GET", f"{STREAMS}/{created}", full).status_code == 200


def test_a_delegate_acts_for_another_tenant(door: Door, keystone: Keystone, delegate: str, other: str) -> None:
    created = door.creates(delegate, tenant_id=keystone.project_id("other"))
    assert door.ask("GET", f"{STREAMS}/{created}", other).status_code == 200
    assert door.ask("GET", f"{STREAMS}/{created}", delegate).status_code == 404


@pytest.mark.parametrize("request_sent", [*DEFINITION_REQUESTS, ("POST", EVENTS, event())], ids=in_words)
def test_full_access_may_not_act_for_another_tenant(
    door: Door, keystone: Keystone, full: str, request_sent: Request
) -> None:
    method, path, body = request_sent
    answer = door.ask(method, f"{path}?tenant_id={keystone.project_id('other')}", full, body)
    assert answer.status_code == 403


@pytest.mark.parametrize("who", ["full", "agent", "unrelated"])
def test_not_even_for_the_own_one_by_the_parameter(
    door: Door, keystone: Keystone, request: pytest.FixtureRequest, who: str
) -> None:
    path = f"{EVENTS}?tenant_id={keystone.project_id('test')}"
    assert door.ask("POST", path, request.getfixturevalue(who), event()).status_code == 403


@pytest.fixture(scope="module")
def shouting_door(keystone: Keystone) -> Iterator[Door]:
    """The service, with its roles written otherwise than Keystone has them."""
    settings = {
        "default_authorized_roles": "something, MONASCA-User",
        "agent_authorized_roles": "Monasca-AGENT",
        "delegate_authorized_roles": "ADMIN",
    }
    yield from keystone_service(keystone, settings=settings)


def test_role_names_compare_without_regard_to_case(shouting_door: Door, full: str, agent: str, delegate: str) -> None:
    assert shouting_door.ask("GET", STREAMS, full).status_code == 200
    assert shouting_door.ask("POST", EVENTS, agent, event()).status_code == 204
    assert shouting_door.ask("GET", f"{STREAMS}?tenant_id=any", delegate).status_code == 200


def test_a_revoked_token_is_good_for_no_longer_than_it_is_cached(door: Door, keystone: Keystone) -> None:
    token = keystone.token("full")
    assert door.ask("GET", STREAMS, token).status_code == 200
    keystone.revoke(token)
    wait_until(lambda: door.ask("GET", STREAMS, token).status_code == 401, "it is refused", CACHE_SECONDS + 2)


def test_a_token_is_good_until_it_expires_and_not_longer(door: Door, keystone: Keystone) -> None:
    token = keystone.short_lived_token("full", 3)
    assert door.ask("GET", STREAMS, token).status_code == 200
    wait_until(lambda: door.ask("GET", STREAMS, token).status_code == 401, "it has expired", 6)
