"""Who has no good token of a project is told so, in the service's own words (contract 1.1 and 1.7)."""

import re
from typing import Any

import pytest
from guarded_service import ALL_REQUESTS, OPEN_PATHS, STREAMS, Door, in_words

from servers.keystone import Keystone

Request = tuple[str, str, Any]
IDENTITY_HEADERS = {
    "X-Identity-Status": "Confirmed",
    "X-Project-Id": "spoofed-project",
    "X-Project-Name": "spoofed",
    "X-Tenant-Id": "spoofed-project",
    "X-Tenant": "spoofed-project",
    "X-Tenant-Name": "spoofed",
    "X-User-Id": "spoofed-user",
    "X-User": "spoofed-user",
    "X-User-Name": "spoofed",
    "X-Roles": "monasca-user,admin",
    "X-Role": "monasca-user,admin",
    "X-Is-Admin-Project": "True",
    "X-Service-Identity-Status": "Confirmed",
    "X-Service-Roles": "service,admin",
    "X-Service-Catalog": "[]",
    "Remote-User": "spoofed-user",
}
SPELLINGS = {
    "as they are": str,
    "in lower case": str.lower,
    "with underscores": lambda name: name.replace("-", "_"),
    "in capitals with underscores": lambda name: name.replace("-", "_").upper(),
    "as CGI names them": lambda name: "HTTP_" + name.replace("-", "_").upper(),
}
GARBAGE = {
    "empty": "",
    "a word": "garbage",
    "a number": "0",
    "null": "null",
    "a uuid": "5f1f8a0c-9c1e-4d5b-9d44-6d0f4f5b1c11",
    "a hex uuid": "5f1f8a0c9c1e4d5b9d446d0f4f5b1c11",
    "like Fernet": "gAAAAABk" + "A" * 170 + "==",
    "like PKI": "MIIC" + "A" * 3000,
    "like PKIZ": "PKIZ_" + "A" * 300,
    "like a JWT": "eyJhbGciOiJub25lIn0.e30.",
    "a bearer's": "Bearer garbage",
    "with quotes": "\"' or 1=1 --",
    "with a path": "../../v3/users",
    "with percent signs": "%00%0d%0a",
    "beyond ASCII": "tök€n",
    "long": "A" * 7000,
}


def spelled(spelling: str) -> dict[str, str]:
    return {SPELLINGS[spelling](name): value for name, value in IDENTITY_HEADERS.items()}


def test_a_refusal_is_the_services_own_json(door: Door) -> None:
    answer = door.ask("GET", STREAMS)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json() == {
        "title": "Unauthorized",
        "description": answer.json()["description"],
        "request_id": answer.headers["X-OpenStack-Request-ID"],
        "errors": answer.json()["errors"],
    }


def test_a_wrong_token_is_one_line_of_the_log_and_it_is_the_services_own(door: Door) -> None:
    before = door.process.log_file.stat().st_size
    refused = door.ask("GET", STREAMS, "garbage").headers["X-OpenStack-Request-ID"]
    lines = door.process.log_file.read_bytes()[before:].decode().splitlines()
    assert len([line for line in lines if f"id={refused}" in line]) == 1
    assert [line for line in lines if "keystonemiddleware" in line] == []


def test_a_refusal_says_where_to_get_a_token(door: Door, keystone: Keystone) -> None:
    assert door.ask("GET", STREAMS).headers["WWW-Authenticate"] == f'Keystone uri="{keystone.auth_url}"'


def test_a_refusal_bears_a_request_id(door: Door) -> None:
    assert re.fullmatch("req-[0-9a-f-]{36}", door.ask("GET", STREAMS).headers["X-OpenStack-Request-ID"])


@pytest.mark.parametrize("request_sent", ALL_REQUESTS, ids=in_words)
def test_without_a_token_nothing_is_done(door: Door, request_sent: Request) -> None:
    method, path, body = request_sent
    answer = door.ask(method, path, None, body)
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize("spelling", GARBAGE)
def test_what_is_no_token_is_refused(door: Door, spelling: str) -> None:
    headers = {"X-Auth-Token": GARBAGE[spelling]}
    answer = door.ask("GET", STREAMS, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")
    assert "WWW-Authenticate" in answer.headers


def test_a_token_that_is_cut_short_is_refused(door: Door, full: str) -> None:
    assert door.ask("GET", STREAMS, full[:-5]).status_code == 401


def test_a_token_with_a_changed_character_is_refused(door: Door, full: str) -> None:
    changed = full[:50] + ("A" if full[50] != "A" else "B") + full[51:]
    assert door.ask("GET", STREAMS, changed).status_code == 401


@pytest.mark.parametrize("header", ["Authorization", "X-Service-Token", "X-Subject-Token"])
def test_a_token_in_another_header_opens_nothing(door: Door, full: str, header: str) -> None:
    assert door.ask("GET", STREAMS, headers={header: full}).status_code == 401


def test_a_token_without_a_project_is_refused(door: Door, keystone: Keystone) -> None:
    answer = door.ask("GET", STREAMS, keystone.unscoped_token("full"))
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")
    assert "WWW-Authenticate" in answer.headers


def test_an_expired_token_is_refused(door: Door, keystone: Keystone) -> None:
    assert door.ask("GET", STREAMS, keystone.expired_token()).status_code == 401


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("request_sent", ALL_REQUESTS, ids=in_words)
def test_identity_headers_without_a_token_open_nothing(door: Door, request_sent: Request, spelling: str) -> None:
    method, path, body = request_sent
    assert door.ask(method, path, None, body, spelled(spelling)).status_code == 401


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_identity_headers_beside_a_garbage_token_open_nothing(door: Door, spelling: str) -> None:
    assert door.ask("GET", STREAMS, "garbage", headers=spelled(spelling)).status_code == 401


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_identity_headers_beside_a_token_without_a_project_open_nothing(
    door: Door, keystone: Keystone, spelling: str
) -> None:
    token = keystone.unscoped_token("full")
    assert door.ask("GET", STREAMS, token, headers=spelled(spelling)).status_code == 401


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_identity_headers_add_no_role_to_a_token(door: Door, unrelated: str, spelling: str) -> None:
    assert door.ask("GET", STREAMS, unrelated, headers=spelled(spelling)).status_code == 403


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_identity_headers_do_not_change_the_tenant_of_a_token(door: Door, full: str, spelling: str) -> None:
    created = door.creates(full)
    assert door.ask("GET", f"{STREAMS}/{created}", full, headers=spelled(spelling)).status_code == 200


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("path", OPEN_PATHS)
def test_identity_headers_change_nothing_on_open_paths(door: Door, path: str, spelling: str) -> None:
    plain, spoofed = door.ask("GET", path), door.ask("GET", path, headers=spelled(spelling))
    assert (spoofed.status_code, spoofed.json()) == (plain.status_code, plain.json())
    assert "Vary" not in spoofed.headers


@pytest.mark.parametrize("path", OPEN_PATHS)
def test_identity_headers_on_open_paths_are_not_taken_into_the_log(door: Door, path: str) -> None:
    answer = door.ask("GET", path, headers=spelled("as they are"))
    log = door.process.log_file.read_text(encoding="utf-8")
    (line,) = [each for each in log.splitlines() if answer.headers["X-OpenStack-Request-ID"] in each]
    assert "spoofed" not in line


@pytest.mark.parametrize("path", OPEN_PATHS)
def test_open_paths_need_no_good_token(door: Door, path: str) -> None:
    assert door.ask("GET", path, "garbage").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "//v2.0/stream-definitions",
        "/v2.0//stream-definitions",
        "/v2.0/./stream-definitions",
        "/healthcheck/../v2.0/stream-definitions",
        "/v2.0/stream-definitions;x=1",
        "/%76%32.0/stream-definitions",
        "/v2.0%2Fstream-definitions",
        "/V2.0/stream-definitions",
        "/v2.0/stream-definitions/",
        "/v2.0/stream-definitions//",
    ],
)
def test_no_spelling_of_a_path_leads_past_the_door(door: Door, path: str) -> None:
    answer = door.ask("GET", path, headers=spelled("as they are"))
    assert answer.status_code in {401, 404}


def test_no_token_and_no_password_is_in_the_log(door: Door, full: str) -> None:
    door.ask("GET", STREAMS, full)
    log = door.process.log_file.read_text(encoding="utf-8")
    assert full not in log
    assert "service-password" not in log
