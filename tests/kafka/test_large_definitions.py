"""Definitions around the largest record that Kafka takes: refused where they are posted, or announced (contract 2)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from announcing_service import AnnouncingService, Client
from record_limits import RECORD_BYTES, started

from api.examples import stream_definition, transform

STREAMS, TRANSFORMS = "stream-definitions", "transforms"
CRITERIA = 80


@pytest.fixture(scope="module")
def service(make_services: Callable[..., AnnouncingService]) -> Iterator[AnnouncingService]:
    """A service that knows what its topics take."""
    yield from started(make_services, RECORD_BYTES)


def stream_definition_of(size: int) -> dict[str, Any]:
    """Return a stream definition with values of *size* characters in all, whose other parts do not depend on it."""
    criteria = [
        {"event_type": "e", "traits": {"t": "v" * (size // CRITERIA + (number < size % CRITERIA))}}
        for number in range(CRITERIA)
    ]
    return stream_definition(name="a name", fire_criteria=criteria)


def large_stream_definition() -> dict[str, Any]:
    return stream_definition_of(RECORD_BYTES)


def large_transform() -> dict[str, Any]:
    return transform(specification="- event_type: a\n  traits: {}\n" * 500)


LARGE = pytest.mark.parametrize(
    ("kind", "large"), [(STREAMS, large_stream_definition), (TRANSFORMS, large_transform)], ids=[STREAMS, TRANSFORMS]
)
SMALL = {STREAMS: stream_definition, TRANSFORMS: transform}


def told(answer: httpx.Response) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["name"], error["code"]


def longest(client: Client) -> int:
    """Return the size of the longest stream definition that is taken, as a refusal tells it."""
    answer = client.send_json("POST", STREAMS, large_stream_definition())
    found = re.search(r"its announcement has (\d+) bytes, at most (\d+)", answer.text)
    assert found
    return RECORD_BYTES - int(found[1]) + int(found[2])


@LARGE
def test_a_definition_that_kafka_would_not_take_is_400(client: Client, kind: str, large: Callable[[], Any]) -> None:
    assert told(client.send_json("POST", kind, large())) == (400, "", "body.too-long")


@LARGE
def test_what_was_refused_is_not_stored(client: Client, kind: str, large: Callable[[], Any]) -> None:
    client.send_json("POST", kind, large())
    assert client.get(kind).json()["elements"] == []


@LARGE
def test_no_change_can_make_a_definition_so_long(client: Client, kind: str, large: Callable[[], Any]) -> None:
    created = client.create(kind, SMALL[kind]())
    assert told(client.send_json("PUT", f"{kind}/{created['id']}", large())) == (400, "", "body.too-long")
    assert client.get(f"{kind}/{created['id']}").json() == created


def test_nor_can_a_part_of_it(client: Client) -> None:
    created = client.create(STREAMS, stream_definition())
    part = {"fire_criteria": large_stream_definition()["fire_criteria"]}
    answer = client.send_json("PATCH", f"{STREAMS}/{created['id']}", part)
    assert told(answer) == (400, "", "body.too-long")


def test_the_longest_one_that_is_allowed_is_announced(client: Client, service: AnnouncingService) -> None:
    identifier = client.create(STREAMS, stream_definition_of(longest(client)))["id"]
    with service.reader() as reader:
        (record,) = reader.wait_for_key(identifier)
    assert record.headers["type"] == "stream-definition-created"


def test_one_byte_more_is_not(client: Client) -> None:
    answer = client.send_json("POST", STREAMS, stream_definition_of(longest(client) + 1))
    assert told(answer) == (400, "", "body.too-long")


def test_the_longest_one_that_is_allowed_is_announced_again(client: Client, service: AnnouncingService) -> None:
    identifier = client.create(STREAMS, stream_definition_of(longest(client)))["id"]
    process = service.processes[0]
    process.command("monasca-events", "republish", str(process.ini))
    with service.reader() as reader:
        _, record = reader.wait_for_key(identifier, 2)
    assert record.headers["republished"] == "true"
