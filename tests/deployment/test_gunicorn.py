"""gunicorn with the same ini file: several workers, a relay in each, an end in order (contract 3)."""

import json
import os
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from api.examples import event, transform, unique
from api.raw_http import chunked_post, post, read_answer, send
from deployment.gunicorn_service import under_gunicorn
from history.topics import TopicReader
from metrics.measured_service import Metrics
from servers.api_process import ApiProcess, connected_to
from servers.kafka import KafkaCluster
from servers.keystone import Keystone
from servers.ports import LOOPBACK
from servers.postgres import Postgres
from servers.processes import wait_until
from servers.run import folder_of_the_run
from start.programs import migrated

Start = Callable[..., ApiProcess]
TRANSFORMS, EVENTS = "/v2.0/transforms", "/v2.0/events"
TOPICS = ("stream-definitions", "transform-definitions", "raw-events")


@pytest.fixture(params=[(), ("--preload",)], ids=["each loads", "preloaded"])
def options(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The application loaded by each worker, and once before the fork."""
    return tuple(request.param)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the service of ``development.ini``, its database made, and kill it in the end."""
    made: list[ApiProcess] = []
    migrated(tmp_path)

    def start(*options: str, **settings: str) -> ApiProcess:
        main = {name.replace("__", "."): value for name, value in settings.items()}
        made.append(under_gunicorn(tmp_path, {"app:main": main}, "development.ini", *options))
        made[-1].start()
        return made[-1]

    yield start
    for api in made:
        api.kill()


def holder(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "var" / "monasca-events.sqlite", timeout=10)) as connection:
        return str(connection.execute("SELECT holder FROM relay_lease").fetchone()[0])


def metrics(api: ApiProcess) -> Metrics:
    return Metrics(httpx.get(f"{api.url}/metrics", trust_env=False, timeout=30).raise_for_status().text)


def workers(api: ApiProcess) -> set[int]:
    return {int(pid) for pid in metrics(api).labels("process_threads", "pid")}


def test_with_kafka_keystone_and_postgresql_it_takes_definitions_and_events(
    kafka: KafkaCluster, keystone: Keystone, postgres: Postgres, options: tuple[str, ...]
) -> None:
    names = {topic: unique(topic) for topic in TOPICS}
    kafka.create_topics(dict.fromkeys(names.values(), 1))
    folder = folder_of_the_run("gunicorn")
    changes = connected_to(postgres.create_database(unique("gunicorn").replace("-", "_")), kafka, keystone)
    settings = ("stream_definitions_topic", "transforms_topic", "events_topic")
    changes["app:main"] |= {f"messages.{key}": name for key, name in zip(settings, names.values(), strict=True)}
    api = under_gunicorn(folder, changes, "production.ini", *options)
    api.migrate()
    api.start()
    token = {"X-Auth-Token": keystone.token("full")}
    with httpx.Client(base_url=api.url, headers=token, trust_env=False, timeout=30) as client:
        created = client.post(TRANSFORMS, json=transform()).raise_for_status().json()
        sent = event()
        assert client.post(EVENTS, json=sent).status_code == 204
    with TopicReader(kafka.bootstrap, names.values()) as reader:
        assert reader.wait_for_key(created["id"])
        assert reader.wait_for(lambda record: record.headers["id"] == sent["message_id"])
    api.stop()


def test_a_relay_works_before_the_first_request(tmp_path: Path, options: tuple[str, ...]) -> None:
    migrated(tmp_path)
    api = under_gunicorn(tmp_path, {}, "development.ini", *options)
    api.process.start()
    wait_until(lambda: holder(tmp_path) != "", "a relay works")
    api.kill()


def test_sigterm_gives_the_lease_back(start: Start, tmp_path: Path, options: tuple[str, ...]) -> None:
    api = start(*options, metrics__enabled="true")
    # gunicorn forks the second worker a moment later, and loses the signal of one that it forked just now.
    wait_until(lambda: holder(tmp_path) != "" and len(workers(api)) == 2, "both work")
    api.stop()
    assert holder(tmp_path) == ""


def test_sigterm_answers_a_request_in_hand(start: Start) -> None:
    api = start("--workers", "1")
    body = json.dumps(transform()).encode()
    head = f"POST {TRANSFORMS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection((LOOPBACK, api.port), timeout=20) as client:
        client.sendall(head + body[:10])
        # Its beginning has been read once a later request has been answered.
        assert api.answers()
        os.kill(api.pid, signal.SIGTERM)
        wait_until(lambda: "signal: term" in api.log_file.read_text(), "it is ending")
        client.sendall(body[10:])
        assert read_answer(client).status == 200


def test_a_killed_worker_is_replaced_and_another_relay_takes_over(start: Start) -> None:
    api = start(metrics__enabled="true", relay__lease="5")
    wait_until(lambda: metrics(api).value("relay_lease_held") == 1 and len(workers(api)) == 2, "both work")
    before = workers(api)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: api.answers() and len(workers(api)) == 2, "two workers again")
    assert not workers(api) & before
    wait_until(lambda: metrics(api).value("relay_lease_held") == 1, "a relay works again")


def test_sighup_replaces_the_workers(start: Start) -> None:
    api = start(metrics__enabled="true")
    wait_until(lambda: len(workers(api)) == 2, "two workers")
    before = workers(api)
    os.kill(api.pid, signal.SIGHUP)
    wait_until(lambda: len(workers(api)) == 2 and not workers(api) & before, "two others")


def test_metrics_are_those_of_all_workers(start: Start, options: tuple[str, ...]) -> None:
    api = start(*options, metrics__enabled="true")
    wait_until(lambda: len(workers(api)) == 2, "two workers")
    for _ in range(20):
        httpx.get(f"{api.url}/v2.0", trust_env=False)
    assert {metrics(api).value("request_seconds_count", route="/v2.0") for _ in range(10)} == {20}


def test_wrong_settings_end_the_start_with_a_line_for_each(tmp_path: Path) -> None:
    api = under_gunicorn(tmp_path, {"app:main": {"color": "red", "api.page_limit": "0"}}, "development.ini")
    api.process.start()
    wait_until(lambda: not api.process.running, "the end")
    log = api.log_file.read_text()
    assert [log.count(line) for line in ("[app:main] color: unknown key\n", "[app:main] api.page_limit: '0'")] == [1, 1]


def test_a_body_in_chunks_is_read_and_one_that_is_too_large_is_refused(start: Start) -> None:
    api = start(api__max_body_bytes="2000")
    address = (LOOPBACK, api.port)
    body = json.dumps(event()).encode()
    assert send(address, chunked_post(EVENTS, [body[:7], body[7:]])).status == 204
    assert send(address, chunked_post(EVENTS, [b" " * 1500, b" " * 1500, body])).status == 413


CUT = {path: post(path, b"{", length=1000) for path in (TRANSFORMS, EVENTS)}


@pytest.mark.parametrize(
    ("request_cut", "line"),
    [
        (CUT[TRANSFORMS], f"path={TRANSFORMS} status=400"),
        (CUT[EVENTS], f"path={EVENTS} status=400"),
        (CUT[TRANSFORMS].replace(b"POST", b"GET"), f"path={TRANSFORMS} status=200"),
    ],
    ids=["a definition", "an event", "a read"],
)
def test_a_client_that_leaves_within_its_body_is_no_defect(start: Start, request_cut: bytes, line: str) -> None:
    api = start()
    with socket.create_connection((LOOPBACK, api.port)) as leaving:
        leaving.sendall(request_cut)
    wait_until(lambda: line in api.log_file.read_text() or "Traceback" in api.log_file.read_text(), "it is logged")
    assert "Traceback" not in api.log_file.read_text()


@pytest.mark.parametrize("path", [TRANSFORMS, EVENTS])
def test_a_body_in_chunks_that_are_none_is_refused(start: Start, path: str) -> None:
    api = start()
    answer = send((LOOPBACK, api.port), chunked_post(path, []).removesuffix(b"0\r\n\r\n") + b"none\r\n")
    assert (answer.status, answer.json()["errors"][0]["code"]) == (400, "body.malformed")
    assert "Traceback" not in api.log_file.read_text()


def test_a_proxy_is_believed_only_where_the_settings_trust_it(start: Start) -> None:
    said = {"X-Forwarded-Proto": "https"}
    links = [
        httpx.get(api.url, headers=said, trust_env=False).json()["elements"][0]["links"][0]["href"]
        for api in (start(), start(api__trusted_proxies=LOOPBACK))
    ]
    assert [link.partition(":")[0] for link in links] == ["http", "https"]
