"""What is published of a posted event, and the receipts (contract 1.5, and 2 raw-events)."""

from typing import Any

import pytest

from api.examples import event, unique
from api.running_service import EVENTS, RAW_EVENTS, Tenant

PREFER = {"Prefer": "return=representation"}


def posted(api: Tenant) -> list[dict[str, Any]]:
    return [record.value["event"] for record in api.announced(RAW_EVENTS)]


def test_the_same_event_again_is_published_again(api: Tenant) -> None:
    body = event()
    for _ in range(2):
        api.post_json(EVENTS, body)
    assert len(posted(api)) == 2


def test_the_value_names_tenant_region_and_time(api: Tenant) -> None:
    api.post_json(EVENTS, event())
    (record,) = api.announced(RAW_EVENTS)
    assert record.value["meta"] == {"tenantId": api.id, "region": "RegionOne"}
    assert type(record.value["creation_time"]) is int


def test_the_region_is_what_the_settings_say(tight: Tenant) -> None:
    tight.post_json(EVENTS, event())
    (record,) = tight.announced(RAW_EVENTS)
    assert record.value["meta"]["region"] == "Nürnberg"


def test_the_key_is_tenant_and_message_id(api: Tenant) -> None:
    body = event()
    api.post_json(EVENTS, body)
    assert [record.key for record in api.announced(RAW_EVENTS)] == [f"{api.id}:{body['message_id']}"]


def test_the_headers_say_what_it_is(api: Tenant) -> None:
    body = event()
    answer = api.post_json(EVENTS, body)
    (record,) = api.announced(RAW_EVENTS)
    time = record.headers.pop("time")
    assert record.headers == {
        "id": body["message_id"],
        "type": "event",
        "request_id": answer.headers["X-OpenStack-Request-ID"],
    }
    assert time.endswith("+00:00")


def test_who_prefers_it_gets_a_receipt_for_each_event(api: Tenant) -> None:
    bodies = [event(message_id=unique("größe")) for _ in range(3)]
    answer = api.post(EVENTS, json=bodies, headers=PREFER)
    elements = answer.json()["elements"]
    assert [each["message_id"] for each in elements] == [each["message_id"] for each in bodies]
    assert all({"message_id", "topic", "partition", "offset"} == each.keys() for each in elements)


def test_a_receipt_says_where_the_event_is(api: Tenant) -> None:
    (receipt,) = api.post(EVENTS, json=event(), headers=PREFER).json()["elements"]
    (record,) = api.announced(RAW_EVENTS)
    lines = api.service.topics[RAW_EVENTS].file.read_text(encoding="utf-8").split("\n")
    assert (receipt["topic"], lines[receipt["offset"]]) == (RAW_EVENTS, record.line)


@pytest.mark.parametrize(
    "preference",
    [
        "RETURN=representation",
        "return = representation",
        'return="representation"',
        "return=representation; for=me",
        "wait=1,\treturn=representation",
        "return=representation, return=minimal",
    ],
)
def test_a_preference_may_be_written_in_other_ways(api: Tenant, preference: str) -> None:
    answer = api.post(EVENTS, json=event(), headers={"Prefer": preference})
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "return=representation")


@pytest.mark.parametrize("preference", ["return=minimal", "return=minimal, return=representation", "respond-async", ""])
def test_another_preference_changes_nothing(api: Tenant, preference: str) -> None:
    assert api.post(EVENTS, json=event(), headers={"Prefer": preference}).status_code == 204
