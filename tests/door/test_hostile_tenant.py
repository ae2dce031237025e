"""Who has a token, or none, and wants more than it gives (contract 1.1); Keystone is the real one."""

import json
import re

import httpx
import pytest

from api.examples import NEVER_USED, event, stream_definition, transform
from door.cloud import Cloud

STREAM_DEFINITIONS = "/v2.0/stream-definitions"
TRANSFORMS = "/v2.0/transforms"
EVENTS = "/v2.0/events"
KINDS = {STREAM_DEFINITIONS: stream_definition, TRANSFORMS: transform}
METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE")


def forged(project: str) -> dict[str, dict[str, str]]:
    """Return headers that say who somebody is, in every spelling."""
    names = {
        "Project-Id": project, "Tenant-Id": project, "Tenant": project, "Project-Name": "other",
        "User-Id": "somebody", "User": "somebody", "Domain-Id": "default", "Roles": "admin,monasca-user",
        "Role": "admin", "Identity-Status": "Confirmed", "Is-Admin-Project": "True", "System-Scope": "all",
    }  # fmt: skip
    told = {f"X-{name}": value for name, value in names.items()}
    return {
        "as Keystone's middleware writes them": told,
        "in capitals": {name.upper(): value for name, value in told.items()},
        "in small letters": {name.lower(): value for name, value in told.items()},
        "with underscores": {name.replace("-", "_"): value for name, value in told.items()},
        "as environment variables": {f"HTTP_{name.replace('-', '_').upper()}": value for name, value in told.items()},
        "as environment variables with dashes": {f"HTTP-{name}": value for name, value in told.items()},
        "of a service": {f"X-Service-{name}": value for name, value in names.items()},
        "the service's own keys": {
            "monasca_events_api.identity": project,
            "monasca-events-api.identity": project,
            "monasca_events_api.token_passed": "True",
            "keystone.token_info": "{}",
        },
        "of other proxies": {"X-Remote-User": "admin", "Remote-User": "admin", "X-Forwarded-User": "admin"},
    }


SPELLINGS = tuple(forged(""))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_forged_headers_let_nobody_in(cloud: Cloud, path: str, spelling: str) -> None:
    with cloud.client(headers=forged(cloud.keystone.project_id())[spelling]) as nobody:
        assert nobody.get(path).status_code == 401


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_forged_headers_give_no_role(cloud: Cloud, spelling: str) -> None:
    headers = forged(cloud.keystone.project_id())[spelling]
    with cloud.client("unrelated", headers) as unrelated, cloud.client("agent", headers) as agent:
        assert unrelated.get(STREAM_DEFINITIONS).status_code == 403
        assert agent.get(STREAM_DEFINITIONS).status_code == 403


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_forged_headers_do_not_let_act_for_another_tenant(cloud: Cloud, spelling: str) -> None:
    theirs = cloud.keystone.project_id("other")
    with cloud.client("full", forged(theirs)[spelling]) as full:
        assert full.get(STREAM_DEFINITIONS, params={"tenant_id": theirs}).status_code == 403


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_forged_headers_move_nobody_to_another_tenant(cloud: Cloud, spelling: str) -> None:
    headers = forged(cloud.keystone.project_id("other"))[spelling]
    with cloud.client("other") as other, cloud.client("full", headers) as full:
        theirs = other.post(STREAM_DEFINITIONS, json=stream_definition()).json()["id"]
        assert full.get(f"{STREAM_DEFINITIONS}/{theirs}").status_code == 404
        assert theirs not in full.get(STREAM_DEFINITIONS).text


@pytest.mark.parametrize("member", ["full", "agent", "unrelated"])
@pytest.mark.parametrize("whose", ["test", "other"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_tenant_id_is_403_without_the_role_to(cloud: Cloud, member: str, whose: str, method: str) -> None:
    with cloud.client(member) as client:
        parameters = {"tenant_id": cloud.keystone.project_id(whose)}
        body = None if method == "GET" else stream_definition()
        assert client.request(method, STREAM_DEFINITIONS, params=parameters, json=body).status_code == 403


def test_an_agent_posts_no_event_for_another_tenant(cloud: Cloud) -> None:
    with cloud.client("agent") as agent:
        assert agent.post(EVENTS, json=event()).status_code == 204
        theirs = {"tenant_id": cloud.keystone.project_id("other")}
        assert agent.post(EVENTS, params=theirs, json=event()).status_code == 403


def test_a_delegate_acts_for_another_tenant(cloud: Cloud) -> None:
    with cloud.client("delegate") as delegate, cloud.client("other") as other:
        theirs = {"tenant_id": cloud.keystone.project_id("other")}
        created = delegate.post(STREAM_DEFINITIONS, params=theirs, json=stream_definition()).json()
        assert other.get(f"{STREAM_DEFINITIONS}/{created['id']}").status_code == 200


BAD_TOKENS = {
    "none": "",
    "a word": "token",
    "10 000 characters": "a" * 10_000,
    "a list": "a, b",
    "a quote": "' OR '1'='1",
    "no ASCII": "töken",
    "a path": "../../v3/auth/tokens",
    "an id": NEVER_USED,
}


@pytest.mark.parametrize("what", BAD_TOKENS)
def test_what_is_no_token_is_401(cloud: Cloud, what: str) -> None:
    with cloud.client() as client:
        answer = client.get(STREAM_DEFINITIONS, headers={b"X-Auth-Token": BAD_TOKENS[what].encode()})
        assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (401, True)


def test_a_token_that_has_expired_is_401(cloud: Cloud) -> None:
    with cloud.client(headers={"X-Auth-Token": cloud.used_up[0]}) as client:
        assert client.get(STREAM_DEFINITIONS).status_code == 401


def test_two_tokens_are_none(cloud: Cloud) -> None:
    tokens = [("X-Auth-Token", cloud.tokens[name]) for name in ("full", "other")]
    assert httpx.get(f"{cloud.url}{STREAM_DEFINITIONS}", headers=tokens, trust_env=False).status_code == 401


@pytest.mark.parametrize("parameter", ["token", "X-Auth-Token", "auth_token"])
def test_a_token_counts_nowhere_but_in_its_header(cloud: Cloud, parameter: str) -> None:
    with cloud.client() as client:
        token = cloud.tokens["full"]
        assert client.get(STREAM_DEFINITIONS, params={parameter: token}).status_code == 401
        assert client.get(STREAM_DEFINITIONS, headers={"Cookie": f"{parameter}={token}"}).status_code == 401


def comparable(answer: httpx.Response, used: str) -> tuple[int, list[tuple[str, str]], str]:
    """Return all of *answer* but what is new each time, and the id that was asked for."""
    text = re.sub(r"req-[0-9a-f-]{36}", "req-", answer.text).replace(used, "ID")
    headers = [pair for pair in answer.headers.items() if pair[0] not in {"date", "x-openstack-request-id"}]
    return answer.status_code, headers, text


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}, {"If-None-Match": '"1"'}, {"If-Match": "*"}])
@pytest.mark.parametrize("good", [True, False], ids=["a good body", "a bad body"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", KINDS)
def test_another_tenants_id_is_like_one_never_used(
    cloud: Cloud, path: str, method: str, good: bool, headers: dict[str, str]
) -> None:
    body = json.dumps(KINDS[path]() if good else {"x": 1}) if method in {"PUT", "PATCH"} else None
    with cloud.client("other") as other, cloud.client("full") as full:
        theirs = other.post(path, json=KINDS[path]()).json()["id"]
        found = [
            comparable(full.request(method, f"{path}/{each}", content=body, headers=headers), each)
            for each in (theirs, NEVER_USED)
        ]
        assert found[0] == found[1]
        assert found[0][0] == 404
        assert other.get(f"{path}/{theirs}").headers["ETag"] == '"1"'


@pytest.mark.parametrize("path", KINDS)
def test_another_tenants_id_as_an_offset_is_like_one_never_used(cloud: Cloud, path: str) -> None:
    with cloud.client("other") as other, cloud.client("full") as full:
        theirs = other.post(path, json=KINDS[path]()).json()["id"]
        found = [comparable(full.get(path, params={"offset": each}), each) for each in (theirs, NEVER_USED)]
        assert found[0] == found[1]
        assert found[0][0] == 400


@pytest.mark.parametrize(
    ("path", "key", "created"),
    [
        (f"{STREAM_DEFINITIONS}/preview", "stream_definition_id", STREAM_DEFINITIONS),
        (f"{TRANSFORMS}/preview", "transform_id", TRANSFORMS),
    ],
)
def test_another_tenants_id_in_a_preview_is_like_one_never_used(
    cloud: Cloud, path: str, key: str, created: str
) -> None:
    with cloud.client("other") as other, cloud.client("full") as full:
        theirs = other.post(created, json=KINDS[created]()).json()["id"]
        found = [
            comparable(full.post(path, json={key: each, "events": [event()]}), each) for each in (theirs, NEVER_USED)
        ]
        assert found[0] == found[1]
        assert found[0][0] == 400


def test_a_name_that_another_tenant_has_is_free(cloud: Cloud) -> None:
    body = stream_definition()
    with cloud.client("other") as other, cloud.client("full") as full:
        assert [each.post(STREAM_DEFINITIONS, json=body).status_code for each in (other, full)] == [201, 201]


INJECTIONS = [
    "' OR 1=1 --",
    '"; DROP TABLE stream_definitions; --',
    "%27",
    "%00",
    "..%2f..%2fetc%2fpasswd",
    "\\",
    "{{7*7}}",
    "$(id)",
    "é" * 300,
    "a" * 5000,
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_looks_like_a_program_is_an_id_like_any_other(cloud: Cloud, text: str) -> None:
    with cloud.client("full") as full:
        for method in METHODS:
            assert full.request(method, f"{STREAM_DEFINITIONS}/{text}", json=stream_definition()).status_code == 404
        assert full.get(STREAM_DEFINITIONS, params={"name": text}).json().get("elements", []) == []
        assert full.get(STREAM_DEFINITIONS, params={"offset": text}).status_code == 400


def test_headers_that_say_where_the_client_is_change_no_link_without_a_trusted_proxy(cloud: Cloud) -> None:
    lies = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Prefix": "/evil"}
    with cloud.client("full", lies) as full:
        assert "evil" not in full.get(STREAM_DEFINITIONS).text + full.get("/").text
