"""How faults are told, and request ids (contract 1.7)."""

import re
from typing import Any

import httpx
import pytest

from api.examples import NEVER_USED, event, stream_definition, transform
from api.running_service import EVENTS, STREAM_DEFINITIONS, TRANSFORMS, Tenant, places

HEADER = "X-OpenStack-Request-ID"
REQUEST_ID = re.compile("req-[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
GLOBAL_ID = "req-0f3c1a52-1111-4222-8333-944455556666"
SUSPICIOUS = re.compile('Traceback|File "|sqlalchemy|SELECT |INSERT |UPDATE |psycopg|pymysql|sqlite', re.IGNORECASE)


def a_fault_of_every_kind(api: Tenant) -> list[httpx.Response]:
    created = api.create(TRANSFORMS, transform())
    one = f"{TRANSFORMS}/{created['id']}"
    return [
        api.post(TRANSFORMS, content=b"{"),
        api.get(f"{TRANSFORMS}?limit=0"),
        api.get("/nothing"),
        api.get(f"{TRANSFORMS}/{NEVER_USED}"),
        api.get(EVENTS),
        api.get(TRANSFORMS, headers={"Accept": "text/html"}),
        api.post_json(TRANSFORMS, transform(name=created["name"])),
        api.patch(one, json={}, headers={"If-Match": '"2"'}),
        api.post(EVENTS, content=b" " * (10 << 20) + b"  "),
        api.post(TRANSFORMS, content=b"x", headers={"Content-Type": "text/plain"}),
    ]


KINDS = [400, 400, 404, 404, 405, 406, 409, 412, 413, 415]


def test_every_kind_of_fault_is_told_in_the_same_shape(api: Tenant) -> None:
    answers = a_fault_of_every_kind(api)
    assert [(each.status_code, sorted(each.json())) for each in answers] == [
        (status, ["description", "errors", "request_id", "title"]) for status in KINDS
    ]


def test_the_title_is_the_phrase_of_the_status(api: Tenant) -> None:
    titles = [each.json()["title"] for each in a_fault_of_every_kind(api)]
    assert titles[0] == "Bad Request"
    assert titles[2] == "Not Found"
    assert titles[6] == "Conflict"


def test_the_request_id_stands_in_the_body_and_in_the_header(api: Tenant) -> None:
    answers = a_fault_of_every_kind(api)
    assert [each.json()["request_id"] for each in answers] == [each.headers[HEADER] for each in answers]


def test_a_fault_has_a_place_a_name_and_a_description(api: Tenant) -> None:
    answer = api.post_json(STREAM_DEFINITIONS, stream_definition(expiration="3000"))
    assert places(answer) == [("body", "expiration", "Must be an integer")]


def test_the_description_tells_the_first_fault(api: Tenant) -> None:
    answer = api.post_json(STREAM_DEFINITIONS, stream_definition(select=[{}]))
    assert answer.json()["description"] == "select.0.event_type: Required"


def test_a_fault_of_the_query_is_told_so(api: Tenant) -> None:
    (fault,) = api.get(f"{TRANSFORMS}?limit=0").json()["errors"]
    assert (fault["location"], fault["name"]) == ("querystring", "limit")


def test_faults_of_the_query_and_of_the_body_are_told_together(api: Tenant) -> None:
    answer = api.post_json(f"{TRANSFORMS}?colour=blue", transform(name=""))
    assert [each["location"] for each in answer.json()["errors"]] == ["querystring", "body"]


@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
@pytest.mark.parametrize(
    "identifier",
    [
        *("%22%20or%201=1%20--", "%22%20or%20%22%22=%22", "'%20or%20'1'='1", "a%27b", "%28", "x"),
        *("%00", "🎉", "%2e%2e", "%25", "a" * 3000),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_id_that_is_none_is_404_like_any_other(api: Tenant, path: str, identifier: str, method: str) -> None:
    api.create(path, stream_definition() if path == STREAM_DEFINITIONS else transform())
    wanted = _told(api.request(method, f"{path}/{NEVER_USED}", json={}))
    assert _told(api.request(method, f"{path}/{identifier}", json={})) == wanted
    assert wanted[0] == 404


def test_an_id_that_is_sql_changes_nothing(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    for identifier in ("%22%20or%201=1%20--", "'%20or%20'1'='1"):
        api.delete(f"{TRANSFORMS}/{identifier}")
        api.put(f"{TRANSFORMS}/{identifier}", json=transform())
    assert api.all(TRANSFORMS) == [created]


@pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_tenants_definition_looks_like_one_that_never_was(
    api: Tenant, other_tenant: Tenant, path: str, body: Any, method: str
) -> None:
    theirs = other_tenant.create(path, body())["id"]
    assert _told(api.request(method, f"{path}/{theirs}", json=body())) == _told(
        api.request(method, f"{path}/{NEVER_USED}", json=body())
    )


@pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)])
def test_another_tenants_definition_stays_as_it_was(api: Tenant, other_tenant: Tenant, path: str, body: Any) -> None:
    theirs = other_tenant.create(path, body())
    for method in ("PUT", "PATCH", "DELETE"):
        api.request(method, f"{path}/{theirs['id']}", json=body())
    assert other_tenant.all(path) == [theirs]


@pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)])
def test_an_id_is_told_by_its_case_too(api: Tenant, path: str, body: Any) -> None:
    identifier = api.create(path, body())["id"]
    assert api.get(f"{path}/{identifier.upper()}").status_code == (200 if identifier.upper() == identifier else 404)


def test_every_answer_bears_a_request_id(api: Tenant) -> None:
    answers = [
        api.get("/"),
        api.get("/healthcheck"),
        api.head(TRANSFORMS),
        api.options(TRANSFORMS),
        api.post_json(TRANSFORMS, transform()),
        api.post_json(EVENTS, event()),
        *a_fault_of_every_kind(api),
    ]
    assert all(REQUEST_ID.fullmatch(each.headers[HEADER]) for each in answers)


def test_each_request_has_an_id_of_its_own(api: Tenant) -> None:
    assert len({api.get("/").headers[HEADER] for _ in range(10)}) == 10


def test_the_request_id_stands_in_the_log(api: Tenant) -> None:
    assert api.get(TRANSFORMS).headers[HEADER] in api.service.log()


def test_a_request_id_that_the_client_sends_is_logged_beside_ours(api: Tenant) -> None:
    ours = api.get(TRANSFORMS, headers={HEADER: GLOBAL_ID}).headers[HEADER]
    (line,) = [line for line in api.service.log().splitlines() if ours in line]
    assert (GLOBAL_ID in line, ours != GLOBAL_ID) == (True, True)


@pytest.mark.parametrize("sent", ["req-1", "0f3c1a52-1111-4222-8333-944455556666", f"{GLOBAL_ID} x", "req-" + "x" * 36])
def test_a_request_id_that_is_none_is_not_logged(api: Tenant, sent: str) -> None:
    ours = api.get(TRANSFORMS, headers={HEADER: sent}).headers[HEADER]
    (line,) = [line for line in api.service.log().splitlines() if ours in line]
    assert sent not in line.replace(ours, "")


def test_a_path_with_a_line_break_forges_no_line_of_the_log(api: Tenant) -> None:
    api.get(f"{TRANSFORMS}/x%0a%0d2026-01-01%20forged")
    assert not any(line.startswith("2026-01-01 forged") for line in api.service.log().splitlines())


def test_no_fault_shows_anything_of_the_inside(api: Tenant) -> None:
    assert not any(SUSPICIOUS.search(each.text) for each in a_fault_of_every_kind(api))


def _told(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "request_id"}
