"""Events around the largest record that Kafka takes: refused before anything is sent, or taken (contract 1.5)."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from announcing_service import AnnouncingService, Client
from record_limits import RECORD_BYTES, started

from api.examples import event

MakeService = Callable[..., AnnouncingService]
ADDED_BYTES = 1_000
"""What the service and Kafka add to an event, at the most."""


@pytest.fixture
def service(make_service: MakeService) -> Iterator[AnnouncingService]:
    """A service that knows what its topics take."""
    yield from started(make_service, RECORD_BYTES)


@pytest.fixture
def client(service: AnnouncingService) -> Iterator[Client]:
    with service.client() as client:
        yield client


@pytest.fixture
def misled(make_service: MakeService) -> Iterator[AnnouncingService]:
    """A service whose topics take less than its setting says."""
    yield from started(make_service, 2 * RECORD_BYTES)


def event_of(size: int) -> str:
    """Return the JSON of an event of *size* bytes, with the longest id there is."""
    text = json.dumps(event(message_id="\U0001f600" * 50, text="@"), ensure_ascii=False)
    return text.replace("@", "x" * (size - len(text.encode()) + 1))


def post(client: Client, text: str) -> httpx.Response:
    return client.post("events", content=text.encode())


def named(answer: httpx.Response) -> list[str]:
    return [each["name"] for each in answer.json()["errors"]]


def published(service: AnnouncingService) -> set[str]:
    with service.reader() as reader:
        return {record.headers["id"] for record in reader.read_to_end()}


def test_an_event_that_kafka_would_not_take_is_400(client: Client) -> None:
    answer = post(client, event_of(RECORD_BYTES))
    assert (answer.status_code, named(answer), answer.json()["errors"][0]["code"]) == (400, [""], "body.too-long")
    assert "Retry-After" not in answer.headers


def test_the_answer_says_how_long_an_event_may_be(client: Client) -> None:
    assert RECORD_BYTES - ADDED_BYTES < allowed(client) < RECORD_BYTES


def test_the_longest_one_that_is_allowed_is_taken(client: Client) -> None:
    size = allowed(client)
    assert [post(client, event_of(each)).status_code for each in (size, size + 1)] == [204, 400]


def allowed(client: Client) -> int:
    """Return how long an event may be, as a refusal says."""
    found = re.search(r"Longer than the (\d+) bytes", post(client, event_of(RECORD_BYTES)).text)
    assert found
    return int(found[1])


def test_of_a_list_each_that_is_too_large_is_named_beside_other_faults(client: Client) -> None:
    large: dict[str, Any] = event(text="x" * RECORD_BYTES)
    answer = client.send_json("POST", "events", [event(), large, event(timestamp="soon"), large])
    assert (answer.status_code, named(answer)) == (400, ["1", "2.timestamp", "3"])


def test_of_a_list_with_one_that_is_too_large_nothing_is_published(client: Client, service: AnnouncingService) -> None:
    client.send_json("POST", "events", [event(), event(text="x" * RECORD_BYTES)])
    last = event()
    assert client.send_json("POST", "events", last).is_success
    assert published(service) == {last["message_id"]}


def test_many_events_that_are_larger_only_together_are_taken(client: Client) -> None:
    assert client.send_json("POST", "events", [event(text="x" * 1000) for _ in range(100)]).status_code == 204


def test_what_only_the_topic_finds_too_large_is_413_and_not_to_be_sent_again(misled: AnnouncingService) -> None:
    with misled.client() as client:
        answer = client.send_json("POST", "events", [event(), event(text="x" * RECORD_BYTES)])
    assert (answer.status_code, named(answer), answer.json()["errors"][0]["code"]) == (413, ["1"], "body.too-long")
    assert "Retry-After" not in answer.headers


def test_all_that_such_a_413_does_not_name_is_published(misled: AnnouncingService) -> None:
    posted = [event(), event(text="x" * RECORD_BYTES), event()]
    with misled.client() as client:
        client.send_json("POST", "events", posted)
    assert published(misled) == {posted[0]["message_id"], posted[2]["message_id"]}


def test_the_log_tells_the_operator_of_such_a_topic(misled: AnnouncingService) -> None:
    with misled.client() as client:
        client.send_json("POST", "events", event(text="x" * RECORD_BYTES))
    log = misled.processes[0].log_file.read_text(encoding="utf-8")
    assert "kafka takes less than kafka.max_record_bytes events=1" in log
