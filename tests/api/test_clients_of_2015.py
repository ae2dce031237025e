"""The requests of the 2015 manual and of its functional test, answered as a client of 2015 needs it.

The manual is the README of monasca-events-api 0.0.6; its functional test is func_test/api_func_test.py.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml

from api.examples import unique
from api.raw_http import send
from api.running_service import RAW_EVENTS, RunningService, Tenant

FUNCTIONAL_TEST = {
    "X-Auth-User": "mini-mon",
    "X-Auth-Key": "password",
    "X-Auth-Token": "2b8882ba2ec44295bf300aecb2caa4f7",
    "Accept": "application/json",
    "User-Agent": "python-monascaclient",
    "Content-Type": "application/json",
}
MANUAL = {
    "Host": "192.168.10.4:8082",
    "X-Auth-Token": "2b8882ba2ec44295bf300aecb2caa4f7",
    "Accept": "application/json",
    "Cache-Control": "no-cache",
}
ACTION = "56330521-92da-4a84-8239-73d880b978fa"
SPECIFICATION = Path(__file__).with_name("data").joinpath("transform_definitions.yaml").read_text(encoding="utf-8")
STREAM_DEFINITION_KEYS = {
    *("id", "name", "fire_actions", "description", "expire_actions", "created_at", "select", "group_by"),
    *("expiration", "links", "updated_at", "actions_enabled", "fire_criteria"),
}
TRANSFORM_KEYS = {
    *("id", "name", "description", "enabled", "tenant_id", "deleted_at", "specification", "created_at", "updated_at"),
    "links",
}


def stream_definition(**fields: Any) -> dict[str, Any]:
    body = {
        "fire_criteria": [
            {"event_type": "compute.instance.create.start"},
            {"event_type": "compute.instance.create.end"},
        ],
        "description": "provisioning duration",
        "name": unique("func_test_stream_def"),
        "group_by": ["instance_id"],
        "expiration": 3000,
        "select": [{"traits": {"tenant_id": "406904"}, "event_type": "compute.instance.create.*"}],
        "fire_actions": [ACTION],
        "expire_actions": [ACTION],
    }
    return {**body, **fields}


def flat_event(**fields: Any) -> dict[str, Any]:
    """Return the event of the functional test, which is flat."""
    body = {
        "os_distro": "com.ubuntu",
        "event_type": "compute.instance.create.start",
        "service": "publisher-302689",
        "instance_type": "512MB Standard Instance",
        "tenant_id": "d2949c81659e405cb7824f0bc49487d6",
        "instance_flavor_id": "2",
        "hostname": "server-462185",
        "instance_id": "111-3b0f-4057-b377-b65131e8532e",
        "state": "building",
        "timestamp": "2015-07-20T15:44:01.123456",
        "request_id": "req-d096b6de-f451-4d00-bff0-646a8c8a23c3",
        "message_id": str(uuid4()),
    }
    return {**body, **fields}


@pytest.fixture
def client(service: RunningService) -> Iterator[Tenant]:
    """A client that knows no ``tenant_id=``, and sends what the functional test sends."""
    with service.tenant(None) as tenant:
        tenant.headers.update(FUNCTIONAL_TEST)
        yield tenant


def data(body: Any) -> dict[str, Any]:
    return {"content": json.dumps(body)}


def created(client: Tenant) -> dict[str, Any]:
    return dict(client.post("/v2.0/stream-definitions", **data(stream_definition())).json())


def created_transform(client: Tenant, specification: str = SPECIFICATION) -> httpx.Response:
    body = {"name": unique("func test"), "description": "an example definition", "specification": specification}
    return client.post("/v2.0/transforms", **data(body))


def by_hand(client: Tenant, method: str, path: str, body: str = "") -> tuple[int, dict[str, str], Any]:
    """Send a request as the manual prints it, with no header more."""
    head = "".join(f"{name}: {value}\r\n" for name, value in MANUAL.items())
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    answer = send(client.service.address, f"{method} {path} HTTP/1.1\r\n{head}{length}\r\n{body}".encode())
    return answer.status, answer.headers, json.loads(answer.body or b"null")


def test_the_functional_test_creates_a_stream_definition(client: Tenant) -> None:
    assert client.post("/v2.0/stream-definitions", **data(stream_definition())).status_code == 201


def test_the_functional_test_lists_stream_definitions_with_a_body_in_its_get(client: Tenant) -> None:
    answer = client.request("GET", "/v2.0/stream-definitions/", **data({}))
    assert (answer.status_code, type(answer.json()["elements"])) == (200, list)


def test_the_functional_test_deletes_the_first_stream_definition_with_a_body_in_its_delete(client: Tenant) -> None:
    created(client)
    first = client.request("GET", "/v2.0/stream-definitions/", **data({})).json()["elements"][0]["id"]
    assert client.request("DELETE", f"/v2.0/stream-definitions/{first}", **data({})).status_code == 204


def test_the_functional_test_asks_for_a_stream_definition_by_name(client: Tenant) -> None:
    wanted = created(client)
    answer = client.request("GET", f"/v2.0/stream-definitions/?name={wanted['name']}", **data({}))
    assert [each["id"] for each in answer.json()["elements"]] == [wanted["id"]]


def test_the_functional_test_creates_one_without_traits(client: Tenant) -> None:
    body = stream_definition(select=[{"event_type": "compute.instance.create.*"}], expiration=4000)
    assert client.post("/v2.0/stream-definitions", **data(body)).status_code == 201


def test_the_functional_test_is_refused_the_trait_tenant_id_of_the_service(client: Tenant) -> None:
    body = stream_definition(select=[{"traits": {"_tenant_id": "462185"}, "event_type": "compute.instance.create.*"}])
    assert client.post("/v2.0/stream-definitions", **data(body)).status_code == 400


def test_the_functional_test_posts_an_event(client: Tenant) -> None:
    assert client.post("/v2.0/events", **data(flat_event())).status_code == 204


def test_the_functional_test_posts_a_list_of_events(client: Tenant) -> None:
    assert client.post("/v2.0/events", **data([flat_event() for _ in range(5)])).status_code == 204


def test_a_flat_event_is_published_flat(client: Tenant) -> None:
    body = flat_event()
    client.post("/v2.0/events", **data(body))
    published = [record.value["event"] for record in client.announced(RAW_EVENTS)]
    assert {**body, "_tenant_id": client.id} in published


def test_the_functional_test_creates_a_transform_of_the_text_of_a_python_list(client: Tenant) -> None:
    assert created_transform(client, str(yaml.safe_load(SPECIFICATION))).status_code == 200


def test_the_text_of_a_python_list_comes_back_as_it_was_sent(client: Tenant) -> None:
    text = str(yaml.safe_load(SPECIFICATION))
    assert created_transform(client, text).json()["specification"] == text


def test_the_text_of_a_python_list_is_announced_with_the_same_meaning_as_its_yaml(client: Tenant) -> None:
    ids = [created_transform(client, text).json()["id"] for text in (SPECIFICATION, str(yaml.safe_load(SPECIFICATION)))]
    announced = {
        record.key: yaml.safe_load(record.value["transform_definition"]["specification"])
        for record in client.announced("transform-definitions")
        if record.value["transform_definition"]
    }
    assert announced[ids[0]] == announced[ids[1]]


def test_a_transform_of_yaml_text_is_created(client: Tenant) -> None:
    answer = created_transform(client)
    assert (answer.status_code, answer.json()["specification"]) == (200, SPECIFICATION)


def test_the_functional_test_lists_transforms_with_a_body_in_its_get(client: Tenant) -> None:
    answer = client.request("GET", "/v2.0/transforms", **data({}))
    assert (answer.status_code, type(answer.json()["elements"])) == (200, list)


def test_the_functional_test_deletes_the_first_transform_with_a_body_in_its_delete(client: Tenant) -> None:
    created_transform(client)
    first = client.request("GET", "/v2.0/transforms", **data({})).json()["elements"][0]["id"]
    assert client.request("DELETE", f"/v2.0/transforms/{first}", **data({})).status_code == 204


def test_the_manual_creates_a_stream_definition_without_a_content_type(client: Tenant) -> None:
    status, headers, shown = by_hand(client, "POST", "/v2.0/stream-definitions", json.dumps(stream_definition()))
    assert (status, headers["location"]) == (201, f"http://192.168.10.4:8082/v2.0/stream-definitions/{shown['id']}")


@pytest.mark.parametrize("path", ["/v2.0/stream-definitions", "/v2.0/stream-definition"])
def test_the_manual_lists_stream_definitions(client: Tenant, path: str) -> None:
    created(client)
    status, _, page = by_hand(client, "GET", path)
    assert (status, page["links"][0]["href"]) == (200, "http://192.168.10.4:8082/v2.0/stream-definitions")
    assert page["elements"][0].keys() == STREAM_DEFINITION_KEYS


@pytest.mark.parametrize("noun", ["stream-definitions", "stream-definition"])
def test_the_manual_shows_a_stream_definition(client: Tenant, noun: str) -> None:
    identifier = created(client)["id"]
    status, _, shown = by_hand(client, "GET", f"/v2.0/{noun}/{identifier}")
    assert (status, shown.keys()) == (200, STREAM_DEFINITION_KEYS)


@pytest.mark.parametrize("noun", ["stream-definitions", "stream-definition"])
def test_the_manual_deletes_a_stream_definition(client: Tenant, noun: str) -> None:
    status, _, body = by_hand(client, "DELETE", f"/v2.0/{noun}/{created(client)['id']}")
    assert (status, body) == (204, None)


def test_the_manual_creates_a_transform_without_a_content_type(client: Tenant) -> None:
    body = {"name": unique("example"), "description": "an example definition", "specification": SPECIFICATION}
    status, _, _ = by_hand(client, "POST", "/v2.0/transforms/", json.dumps(body))
    assert status == 200


def test_the_manual_lists_transforms(client: Tenant) -> None:
    created_transform(client)
    status, _, page = by_hand(client, "GET", "/v2.0/transforms/")
    assert (status, page["links"][0]["href"]) == (200, "http://192.168.10.4:8082/v2.0/transforms")
    assert page["elements"][0].keys() == TRANSFORM_KEYS


def test_the_manual_shows_a_transform(client: Tenant) -> None:
    status, _, shown = by_hand(client, "GET", f"/v2.0/transforms/{created_transform(client).json()['id']}")
    assert (status, shown.keys()) == (200, TRANSFORM_KEYS)


def test_the_manual_deletes_a_transform(client: Tenant) -> None:
    status, _, body = by_hand(client, "DELETE", f"/v2.0/transforms/{created_transform(client).json()['id']}")
    assert (status, body) == (204, None)
