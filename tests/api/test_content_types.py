"""Content types, Accept and caching (contract 1.4 and 1.7)."""

import gzip
import json

import pytest

from api.examples import NEVER_USED, event, stream_definition, transform
from api.one_database import on_sqlite
from api.raw_http import send
from api.running_service import EVENTS, STREAM_DEFINITIONS, TRANSFORMS, Tenant

GOOD = {STREAM_DEFINITIONS: stream_definition, TRANSFORMS: transform, EVENTS: event}
JSON_TYPES = [
    "application/json",
    "application/JSON",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    'application/json; charset="utf-8"',
    "application/json; charset=utf8",
    "application/json; x-charset=latin-1",
]
OTHER_TYPES = [
    "text/plain",
    "text/plain; charset=application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/merge-patch+json",
    "application/json; charset=utf-16",
    "application/json; charset=bogus",
    "json",
    "*/*",
]
PATHS = pytest.mark.parametrize("path", list(GOOD))


@on_sqlite
@PATHS
def test_a_request_without_a_content_type_counts_as_json(api: Tenant, path: str) -> None:
    answer = api.post(path, content=_json(path), headers={})
    assert ("Content-Type" in answer.request.headers, answer.is_success) == (False, True)


@on_sqlite
@PATHS
@pytest.mark.parametrize("content_type", JSON_TYPES)
def test_json_is_taken_however_it_is_called(api: Tenant, path: str, content_type: str) -> None:
    assert api.post(path, content=_json(path), headers={"Content-Type": content_type}).is_success


@on_sqlite
@PATHS
@pytest.mark.parametrize("content_type", OTHER_TYPES)
def test_anything_else_is_415_and_told_what_to_send(api: Tenant, path: str, content_type: str) -> None:
    answer = api.post(path, content=_json(path), headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["title"]) == (415, "Unsupported Media Type")
    assert "application/json" in answer.json()["description"]


@on_sqlite
@PATHS
def test_a_compressed_body_is_415_and_told_to_send_it_as_it_is(api: Tenant, path: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = api.post(path, content=gzip.compress(_json(path).encode()), headers=headers)
    wanted = "Send application/json as it is, without a Content-Encoding"
    assert (answer.status_code, answer.json()["description"]) == (415, wanted)


@on_sqlite
@PATHS
def test_a_content_encoding_that_says_as_it_is_is_taken(api: Tenant, path: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "identity"}
    assert api.post(path, content=_json(path), headers=headers).is_success


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_in_another_type_is_415(api: Tenant, path: str, method: str) -> None:
    target = f"{path}/{api.create(path, GOOD[path]())['id']}"
    answer = api.request(method, target, content=_json(path), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


@on_sqlite
def test_a_merge_patch_is_no_whole_definition(api: Tenant) -> None:
    target = f"{TRANSFORMS}/{api.create(TRANSFORMS, transform())['id']}"
    answer = api.put(target, json=transform(), headers={"Content-Type": "application/merge-patch+json"})
    assert answer.status_code == 415


def test_what_is_415_is_neither_stored_nor_announced(api: Tenant) -> None:
    for path in GOOD:
        for content_type in OTHER_TYPES:
            api.post(path, content=_json(path), headers={"Content-Type": content_type})
    assert api.has_nothing()


@on_sqlite
@pytest.mark.parametrize("path", ["/v2.0/transforms", "/", "/v2.0", "/nothing", "/healthcheck"])
def test_answers_are_json_in_utf_8(api: Tenant, path: str) -> None:
    assert api.get(path).headers["Content-Type"] == "application/json; charset=utf-8"


@on_sqlite
@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "*/*",
        "application/*",
        "text/html, application/json;q=0.1",
        "text/html, */*;q=0.1",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8", text/plain',
    ],
)
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_a_client_that_takes_json_is_answered(api: Tenant, path: str, accept: str) -> None:
    assert api.get(path, headers={"Accept": accept}).status_code == 200


@on_sqlite
def test_a_client_that_does_not_say_what_it_takes_is_answered(api: Tenant) -> None:
    request = f"GET {api.path(TRANSFORMS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    assert send(api.service.address, request).status == 200


@on_sqlite
@pytest.mark.parametrize(
    "accept",
    ["text/html", "application/xml", "application/json;q=0", "application/json; charset=latin-1", "image/*"],
)
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_a_client_that_takes_no_json_gets_406(api: Tenant, path: str, accept: str) -> None:
    answer = api.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.json()["title"]) == (406, "Not Acceptable")


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_is_not_there_is_404_whatever_a_client_takes(api: Tenant, path: str, method: str) -> None:
    assert api.request(method, f"{path}/{NEVER_USED}", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_is_there_is_406_and_stays_as_it_is(api: Tenant, method: str) -> None:
    path = f"{TRANSFORMS}/{api.create(TRANSFORMS, transform())['id']}"
    before = api.get(path).content
    answer = api.request(method, path, json=transform(), headers={"Accept": "text/html"})
    assert (answer.status_code, api.get(path).content) == (406, before)


@PATHS
def test_what_is_406_is_neither_stored_nor_announced(api: Tenant, path: str) -> None:
    status = api.post(path, content=_json(path), headers={"Accept": "text/html"}).status_code
    assert (status, api.has_nothing()) == (406, True)


@on_sqlite
@pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)])
def test_what_a_token_opened_is_kept_from_shared_caches(api: Tenant, path: str, body) -> None:
    created = api.post_json(path, body())
    target = f"{path}/{created.json()['id']}"
    answers = [
        created,
        api.get(path),
        api.get(target),
        api.get(target, headers={"If-None-Match": created.headers["ETag"]}),
        api.put(target, json=body()),
        api.patch(target, json={}),
        api.options(target),
        api.post_json(f"{path}/preview", {}),
        api.delete(target),
        api.get(f"{path}/x"),
    ]
    assert {(each.headers.get("Cache-Control"), each.headers.get("Vary")) for each in answers} == {
        ("private, no-cache", "X-Auth-Token")
    }


@on_sqlite
def test_the_answers_to_events_are_kept_from_shared_caches(api: Tenant) -> None:
    answer = api.post_json(EVENTS, event())
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("private, no-cache", "X-Auth-Token")


def _json(path: str) -> str:
    return json.dumps(GOOD[path]())
