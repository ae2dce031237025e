"""What a consumer reads of events (contract 1.5 and 2)."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from announcing_service import TENANT, AnnouncingService, Client

from api.examples import event, unique
from history.topics import Record, TopicReader
from servers.kafka import KafkaCluster

VECTORS = Path(__file__).parents[1] / "semantics" / "vectors" / "distil.json"
RECEIPTS = {"Prefer": "return=representation"}


@pytest.fixture(scope="module")
def reader(event_service: AnnouncingService) -> Iterator[TopicReader]:
    with event_service.reader() as reader:
        yield reader


@pytest.fixture
def client(event_service: AnnouncingService) -> Iterator[Client]:
    with event_service.client() as client:
        yield client


def post(client: Client, body: Any, **headers: str) -> Any:
    answer = client.send_json("POST", "events", body, **headers)
    assert answer.is_success, answer.text
    return answer


def published(client: Client, reader: TopicReader, **fields: Any) -> Record:
    """Post one event and return its record."""
    posted = event(**fields)
    post(client, posted)
    (record,) = reader.wait_for_key(f"{TENANT}:{posted['message_id']}")
    return record


def notifications() -> list[dict[str, Any]]:
    """Return the notifications that are events, each with an id that was never used."""
    found = [case["notification"] for case in json.loads(VECTORS.read_text(encoding="utf-8"))]
    return [
        {**each, "message_id": unique(each["message_id"])[-50:]}
        for each in found
        if all(isinstance(each.get(name), str) and each[name] for name in ("event_type", "message_id", "timestamp"))
    ]


def test_an_event_is_published_with_its_tenant_region_and_time(client: Client, reader: TopicReader) -> None:
    posted = event()
    before = int(time.time())
    post(client, posted)
    (record,) = reader.wait_for_key(f"{TENANT}:{posted['message_id']}")
    created = record.json["creation_time"]
    assert before <= created <= time.time()
    assert record.json == {
        "event": {**posted, "_tenant_id": TENANT},
        "meta": {"tenantId": TENANT, "region": "RegionOne"},
        "creation_time": created,
    }


def test_an_event_bears_these_headers_and_no_more(client: Client, reader: TopicReader) -> None:
    posted = event()
    answer = post(client, posted)
    (record,) = reader.wait_for_key(f"{TENANT}:{posted['message_id']}")
    assert record.headers == {
        "id": posted["message_id"],
        "type": "event",
        "time": record.headers["time"],
        "request_id": answer.headers["X-OpenStack-Request-ID"],
    }


def test_the_header_time_is_when_it_was_posted_in_utc(client: Client, reader: TopicReader) -> None:
    told = datetime.fromisoformat(published(client, reader).headers["time"])
    assert told.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - told) < timedelta(seconds=5)


def test_an_event_goes_to_the_topic_of_events(
    client: Client, reader: TopicReader, event_service: AnnouncingService
) -> None:
    assert published(client, reader).topic == event_service.events_topic


def test_characters_beyond_ascii_are_not_escaped(client: Client, reader: TopicReader) -> None:
    assert "Größe 😀".encode() in published(client, reader, name="Größe 😀").value


def test_the_bytes_of_an_event_are_its_own(client: Client, reader: TopicReader) -> None:
    identifier = unique("event")
    text = (
        f'{{ "event_type":"a",\n"message_id" : "{identifier}", "timestamp":"2026-01-02T03:04:05Z", '
        '"long": 1.10000000000000000000000000000000001, "escaped": "\\u00e9", "big": 1E400 }'
    )
    answer = client.post("events", content=text, headers={"Content-Type": "application/json"})
    assert answer.is_success, answer.text
    (record,) = reader.wait_for_key(f"{TENANT}:{identifier}")
    assert record.value.startswith(b'{"event":' + text[:-1].rstrip().encode())


def test_real_notifications_arrive_byte_for_byte(client: Client, reader: TopicReader) -> None:
    texts = {each["message_id"]: json.dumps(each, ensure_ascii=False) for each in notifications()}
    assert len(texts) > 100
    body = f"[{', '.join(texts.values())}]"
    answer = client.post("events", content=body, headers={"Content-Type": "application/json"})
    assert answer.is_success, answer.text
    records = reader.wait_for(lambda record: record.headers["id"] in texts, len(texts))
    inside = {record.headers["id"]: record.value[len('{"event":') :] for record in records}
    assert all(inside[name].startswith(text[:-1].encode() + b',"_tenant_id":') for name, text in texts.items())


def test_a_204_means_that_every_event_of_the_body_is_there(client: Client, event_service: AnnouncingService) -> None:
    posted = [event() for _ in range(1000)]
    assert post(client, posted).status_code == 204
    with event_service.reader() as reader:
        there = {record.headers["id"] for record in reader.read_to_end()}
    assert {each["message_id"] for each in posted} <= there


def test_receipts_say_where_each_event_is(client: Client, reader: TopicReader) -> None:
    posted = [event() for _ in range(20)]
    receipts = post(client, posted, **RECEIPTS).json()["elements"]
    ids = {each["message_id"] for each in posted}
    records = reader.wait_for(lambda record: record.headers["id"] in ids, len(ids))
    found = {
        record.headers["id"]: {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        for record in records
    }
    assert receipts == [{"message_id": each["message_id"], **found[each["message_id"]]} for each in posted]


def test_of_a_list_with_a_bad_event_nothing_is_published(client: Client, event_service: AnnouncingService) -> None:
    good, after = event(), event()
    assert client.send_json("POST", "events", [good, {**event(), "timestamp": "yesterday"}]).status_code == 400
    post(client, after)
    with event_service.reader() as reader:
        there = {record.headers["id"] for record in reader.read_to_end()}
    assert after["message_id"] in there
    assert good["message_id"] not in there


def test_events_of_another_tenant_bear_that_tenant(event_service: AnnouncingService, reader: TopicReader) -> None:
    posted = event()
    with event_service.client(tenant_id="other-tenant") as other:
        post(other, posted)
    (record,) = reader.wait_for_key(f"other-tenant:{posted['message_id']}")
    assert record.json["event"]["_tenant_id"] == "other-tenant"


def test_with_the_broker_paused_events_are_refused_with_a_time_to_come_again(
    client: Client, broker: KafkaCluster
) -> None:
    post(client, event())
    broker.pause_broker(1)
    answer = client.send_json("POST", "events", event())
    assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_503_names_the_events_that_kafka_has_not_acknowledged(client: Client, broker: KafkaCluster) -> None:
    post(client, event())
    broker.pause_broker(1)
    answer = client.send_json("POST", "events", [event(), event()])
    assert [each["name"] for each in answer.json()["errors"]] == ["0", "1"]


def test_the_log_says_of_a_503_what_kafka_has_not_taken_and_why(
    client: Client, event_service: AnnouncingService, broker: KafkaCluster
) -> None:
    post(client, event())
    broker.pause_broker(1)
    told = client.send_json("POST", "events", [event(), event()]).json()["request_id"]
    log = event_service.processes[0].log_file.read_text(encoding="utf-8")
    (line,) = [each for each in log.splitlines() if f"kafka has not all events request_id={told}" in each]
    assert "acknowledged=0 of=2 reason=Kafka did not " in line


def test_a_fault_that_is_kafkas_has_a_code_of_its_own(client: Client, broker: KafkaCluster) -> None:
    post(client, event())
    broker.pause_broker(1)
    (item,) = client.send_json("POST", "events", event()).json()["errors"]
    assert item["code"] == "body.not-acknowledged"


def test_after_the_pause_events_are_taken_again(
    client: Client, broker: KafkaCluster, event_service: AnnouncingService
) -> None:
    broker.pause_broker(1)
    assert client.send_json("POST", "events", event()).status_code == 503
    broker.resume_broker(1)
    posted = event()
    assert eventually_taken(client, posted)
    with event_service.reader() as reader:
        reader.wait_for_key(f"{TENANT}:{posted['message_id']}")


def eventually_taken(client: Client, posted: dict[str, Any]) -> bool:
    """Send the same body again, as a client does that is told to come again."""
    deadline = time.monotonic() + 20
    while client.send_json("POST", "events", posted).status_code == 503:
        if time.monotonic() > deadline:
            return False
    return True


def test_after_the_brokers_restart_events_are_taken_again(client: Client, broker: KafkaCluster) -> None:
    broker.kill_broker(1)
    assert client.send_json("POST", "events", event()).status_code == 503
    broker.start_broker(1)
    assert eventually_taken(client, event())
