"""Addresses and methods (contract 1, and 1.4 HEAD and OPTIONS)."""

import pytest

from api.examples import NEVER_USED, event, stream_definition, transform
from api.one_database import on_sqlite
from api.raw_http import send
from api.running_service import EVENTS, STREAM_DEFINITIONS, TRANSFORMS, Tenant

pytestmark = on_sqlite

COLLECTIONS = [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)]
OPEN = ["/", "/v2.0", "/healthcheck/live", "/healthcheck/ready"]
ALLOWED = [
    ("/", "GET, HEAD, OPTIONS"),
    ("/v2.0", "GET, HEAD, OPTIONS"),
    (STREAM_DEFINITIONS, "GET, HEAD, OPTIONS, POST"),
    (f"{STREAM_DEFINITIONS}/{NEVER_USED}", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
    (TRANSFORMS, "GET, HEAD, OPTIONS, POST"),
    (f"{TRANSFORMS}/{NEVER_USED}", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
    (EVENTS, "OPTIONS, POST"),
    ("/healthcheck", "GET, HEAD, OPTIONS"),
    ("/healthcheck/live", "GET, HEAD, OPTIONS"),
    ("/healthcheck/ready", "GET, HEAD, OPTIONS"),
]
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"}


@pytest.mark.parametrize("path", [*OPEN, STREAM_DEFINITIONS, TRANSFORMS])
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_address_answers_with_and_without_a_slash_at_the_end(api: Tenant, path: str, slash: str) -> None:
    assert api.get(path.rstrip("/") + slash).status_code == 200


@pytest.mark.parametrize(("path", "body"), COLLECTIONS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_definition_is_created_with_and_without_a_slash_at_the_end(api: Tenant, path, body, slash: str) -> None:
    assert api.post_json(path + slash, body()).is_success


@pytest.mark.parametrize(("path", "body"), COLLECTIONS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_one_definition_is_shown_with_and_without_a_slash_at_the_end(api: Tenant, path, body, slash: str) -> None:
    created = api.create(path, body())
    assert api.get(f"{path}/{created['id']}{slash}").json()["id"] == created["id"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_events_are_taken_with_and_without_a_slash_at_the_end(api: Tenant, slash: str) -> None:
    assert api.post_json(EVENTS + slash, event()).status_code == 204


def test_two_slashes_at_the_end_are_another_address(api: Tenant) -> None:
    assert api.get(f"{STREAM_DEFINITIONS}//").status_code == 404


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_singular_of_the_old_manual_lists_stream_definitions(api: Tenant, slash: str) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert api.get(f"/v2.0/stream-definition{slash}").json()["elements"] == [created]


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_singular_of_the_old_manual_shows_one_stream_definition(api: Tenant, slash: str) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert api.get(f"/v2.0/stream-definition/{created['id']}{slash}").json() == created


def test_the_singular_of_the_old_manual_deletes_a_stream_definition(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert api.delete(f"/v2.0/stream-definition/{created['id']}").status_code == 204


def test_links_use_the_plural(api: Tenant) -> None:
    created = api.post_json("/v2.0/stream-definition", stream_definition())
    assert created.headers["Location"] == f"{api.service.url}{STREAM_DEFINITIONS}/{created.json()['id']}"


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/v2.0/nothing", "/v2.0/stream-definitionss", "/v2.0/transform", "/v2.0/events/abc", "/v2.0//events"],
)
def test_an_unknown_path_is_404(api: Tenant, path: str) -> None:
    assert (api.get(path).status_code, api.get(path).json()["title"]) == (404, "Not Found")


@pytest.mark.parametrize("path", ["/%ff", "/v2.0/transforms/%ff", "/v2.0/transforms/%c3%28", "/%ed%a0%80"])
def test_a_path_that_is_no_utf_8_is_400(api: Tenant, path: str) -> None:
    answer = send(api.service.address, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (answer.status, answer.json()["title"]) == (400, "Bad Request")


@pytest.mark.parametrize("query", ["name=%ff", "%ff=1", "name=%ed%a0%80"])
def test_a_query_that_is_no_utf_8_is_400(api: Tenant, query: str) -> None:
    answer = send(api.service.address, f"GET {TRANSFORMS}?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (answer.status, answer.json()["title"]) == (400, "Bad Request")


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (f"{TRANSFORMS}?limit=1&name=%ff", [("querystring", "name")]),
        (f"{TRANSFORMS}?na%6de=a+%ff&name=%fe&%c3%a9=%ff", [("querystring", "name"), ("querystring", "é")]),
        (f"{TRANSFORMS}?%ff=1", [("querystring", "\ufffd")]),
        (f"{TRANSFORMS}/%ff", [("path", "")]),
        (f"{TRANSFORMS}/%ff?name=%ff", [("path", ""), ("querystring", "name")]),
    ],
)
def test_what_is_no_utf_8_is_told_with_its_place(api: Tenant, target: str, wanted: list[tuple[str, str]]) -> None:
    answer = send(api.service.address, f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert [(each["location"], each["name"]) for each in answer.json()["errors"]] == wanted


@pytest.mark.parametrize(("path", "allowed"), ALLOWED)
def test_options_answers_with_what_is_allowed(api: Tenant, path: str, allowed: str) -> None:
    answer = api.options(path)
    assert (answer.is_success, answer.headers["Allow"]) == (True, allowed)


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        (path, method, allowed)
        for path, allowed in ALLOWED
        for method in sorted(METHODS - {each.strip() for each in allowed.split(",")})
    ],
)
def test_another_method_is_405_and_told_what_is_allowed(api: Tenant, path: str, method: str, allowed: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.headers.get("Allow")) == (405, allowed)


def test_405_is_told_as_every_fault_is(api: Tenant) -> None:
    answer = api.get(EVENTS)
    assert {"title", "description", "request_id", "errors"} == answer.json().keys()


@pytest.mark.parametrize("path", [*OPEN[:3], STREAM_DEFINITIONS, TRANSFORMS])
def test_head_answers_with_the_headers_of_get(api: Tenant, path: str) -> None:
    head, get = api.head(path), api.get(path)
    each_time_new = {"x-openstack-request-id", "date"}
    assert (head.status_code, head.content) == (200, b"")
    assert {k: v for k, v in head.headers.items() if k not in each_time_new} == {
        k: v for k, v in get.headers.items() if k not in each_time_new
    }


@pytest.mark.parametrize(("path", "body"), COLLECTIONS)
def test_head_answers_for_one_definition(api: Tenant, path, body) -> None:
    created = api.create(path, body())
    answer = api.head(f"{path}/{created['id']}")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')


@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_head_of_what_is_not_there_is_404(api: Tenant, path: str) -> None:
    assert api.head(f"{path}/{NEVER_USED}").status_code == 404
