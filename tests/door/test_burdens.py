"""A tenant who may do all that it does, and does it too often or too large (contract 1.4, 1.6 and 2)."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import httpx
import pytest

from api.examples import stream_definition, unique
from api.running_service import RunningService, databases
from door.memory import MEBIBYTE, grown_by
from history.topics import TopicReader
from servers.api_process import ApiProcess
from servers.kafka import KafkaCluster
from servers.processes import wait_until
from servers.run import folder_of_the_run

STREAM_DEFINITIONS = "/v2.0/stream-definitions"
QUOTA = 5
TOPICS = ("stream-definitions", "transform-definitions", "raw-events")


def at_once(posts: Sequence[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """Do all of *posts* side by side."""
    with ThreadPoolExecutor(len(posts)) as threads:
        return [done.result() for done in [threads.submit(post) for post in posts]]


def post(url: str, path: str, body: bytes, tenant: str) -> Callable[[], httpx.Response]:
    """Return what posts *body*."""
    target = f"{url}{path}?tenant_id={tenant}"
    return lambda: httpx.post(target, content=body, trust_env=False, verify=False, timeout=120)


@pytest.mark.parametrize("database", ["postgresql", "mariadb"])
def test_a_quota_that_is_raced_for_holds(request: pytest.FixtureRequest, database: str) -> None:
    folder = folder_of_the_run(f"quota-{database}")
    limit = {"quota.stream_definitions": str(QUOTA)}
    service = RunningService(folder, databases[database](request, folder), settings=limit)
    service.migrate()
    service.start()
    tenant = unique("tenant")
    bodies = [json.dumps(stream_definition()).encode() for _ in range(24)]
    found = at_once([post(service.url, STREAM_DEFINITIONS, body, tenant) for body in bodies])
    with service.tenant(tenant) as client:
        assert len(client.all(STREAM_DEFINITIONS)) == QUOTA
    service.stop()
    assert Counter(answer.status_code for answer in found) == {201: QUOTA, 403: 24 - QUOTA}


class Largest(NamedTuple):
    """The service with a broker, and what came of many definitions as large as they may be."""

    url: str
    bootstrap: str
    topic: str
    answers: list[httpx.Response]
    memory: int
    log: Callable[[], str]


@pytest.fixture(scope="module")
def largest(kafka: KafkaCluster) -> Iterator[Largest]:
    """50 definitions of 9 MB at once; the broker takes records of 1 MB, and the service does not know."""
    folder = folder_of_the_run("largest")
    topics = {topic: unique(topic) for topic in TOPICS}
    kafka.create_topics(dict.fromkeys(topics.values(), 1))
    main = {
        "sqlalchemy.url": f"sqlite:///{folder}/largest.sqlite",
        "messages.publisher": "kafka",
        "kafka.bootstrap_servers": kafka.bootstrap,
        "kafka.max_record_bytes": str(16 * MEBIBYTE),
        **{f"messages.{topic.replace('-', '_')}_topic": name for topic, name in _settings(topics).items()},
    }
    identity = {"user_id": "tester", "tenant_id": "own", "roles": "monasca-user, admin"}
    process = ApiProcess(folder, {"app:main": main, "filter:identity": identity}, sample="development.ini")
    process.migrate()
    process.start()
    answers: list[httpx.Response] = []
    posts = [post(process.url, STREAM_DEFINITIONS, _largest(number), unique("tenant")) for number in range(50)]
    memory = grown_by(process.pid, lambda: answers.extend(at_once(posts)))
    yield Largest(
        process.url,
        kafka.bootstrap,
        topics["stream-definitions"],
        answers,
        memory,
        lambda: process.log_file.read_text(encoding="utf-8"),
    )
    process.kill()


def _settings(topics: dict[str, str]) -> dict[str, str]:
    short = {"stream-definitions": "stream-definitions", "transform-definitions": "transforms", "raw-events": "events"}
    return {short[topic]: name for topic, name in topics.items()}


def _largest(number: int) -> bytes:
    traits = {f"{index:03d}".ljust(100, "n"): "v" * 350 for index in range(100)}
    criteria = [{"event_type": "e" * 255, "traits": traits} for _ in range(100)]
    body = stream_definition(name=f"{number}", description="d" * 255, select=criteria, fire_criteria=criteria)
    return json.dumps(body).encode()


def test_as_many_of_the_largest_definitions_are_taken_as_there_is_time_for(largest: Largest) -> None:
    found = Counter(answer.status_code for answer in largest.answers)
    assert found.keys() <= {201, 503}
    assert found[201] >= 2


def test_they_take_a_bounded_part_of_the_memory(largest: Largest) -> None:
    assert largest.memory < 1536 * MEBIBYTE


def test_a_record_that_the_broker_will_not_take_is_set_aside_and_said_so(largest: Largest) -> None:
    created = sum(answer.status_code == 201 for answer in largest.answers)
    wait_until(lambda: largest.log().count("set aside position=") >= created, "all are set aside", 60)
    assert "set aside" in httpx.get(f"{largest.url}/healthcheck", trust_env=False, timeout=30).json()["outbox"]


def test_other_definitions_are_announced(largest: Largest) -> None:
    created = post(largest.url, STREAM_DEFINITIONS, json.dumps(stream_definition()).encode(), "quiet")().json()
    with TopicReader(largest.bootstrap, [largest.topic]) as reader:
        assert reader.wait_for_key(created["id"], seconds=60)


BURNING: dict[str, Any] = {
    "/v2.0/stream-definitions/preview": {
        "definition": stream_definition(select=[{"event_type": "*a" * 100 + "b"}] * 100),
        "events": [
            {"event_type": "a" * 255, "message_id": str(number), "timestamp": "2026-01-02T03:04:05"}
            for number in range(1000)
        ],
    },
    "/v2.0/transforms/preview": {
        "specification": json.dumps(
            [{"event_type": "a", "traits": {f"t{number}": {"fields": "payload..a..b"} for number in range(400)}}]
        ),
        "events": [
            {
                "event_type": "a",
                "message_id": str(number),
                "timestamp": "2026-01-02T03:04:05",
                "payload": {str(outer): {str(inner): {"c": 1} for inner in range(30)} for outer in range(30)},
            }
            for number in range(40)
        ],
    },
}


@pytest.mark.parametrize("path", BURNING)
def test_previews_that_burn_time_leave_some_for_others(service: RunningService, path: str) -> None:
    body = json.dumps(BURNING[path]).encode()
    with ThreadPoolExecutor(12) as threads:
        burning = [threads.submit(post(service.url, path, body, unique("tenant"))) for _ in range(12)]
        with service.tenant(unique("tenant")) as tenant:
            waited = []
            while not all(each.done() for each in burning):
                waited.append(tenant.get(STREAM_DEFINITIONS).elapsed.total_seconds())
        assert {each.result().status_code for each in burning} <= {200, 400, 503}
    assert len(waited) > 1
    assert max(waited) < 5


@pytest.mark.parametrize("path", BURNING)
def test_no_preview_computes_for_longer_than_it_may(service: RunningService, path: str) -> None:
    answer = post(service.url, path, json.dumps(BURNING[path]).encode(), unique("tenant"))()
    assert answer.elapsed.total_seconds() < 5


def test_who_would_wait_too_long_for_the_large_bodies_of_others_is_told_when_to_come_again(
    service: RunningService,
) -> None:
    path = "/v2.0/stream-definitions/preview"
    events = [{**event, "more": "x" * 1000} for event in BURNING[path]["events"]]
    body = json.dumps({**BURNING[path], "events": events}).encode()
    answers = at_once([post(service.url, path, body, unique("tenant")) for _ in range(12)])
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
