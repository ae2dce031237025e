"""Definitions while the broker is away: served as ever, and announced when it is back (contract 2)."""

import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer

import httpx
import pytest
from announcing_service import PRODUCTION, QUICK, TENANT, AnnouncingService

from api.examples import event, stream_definition, transform, unique
from history.changes import ChangeLog, Outcome
from history.checker import check
from history.stored import read_stored, wait_for_empty_outbox
from history.topics import read_topics
from history.writers import SharedDefinitions, Writer
from monasca_events_api.errors import Unavailable
from monasca_events_api.messaging.kafka import KafkaPublisher
from monasca_events_api.messaging.publisher import Message
from monasca_events_api.settings import read_settings
from servers.api_process import ApiProcess
from servers.kafka import KafkaCluster
from servers.ports import LOOPBACK, free_port
from servers.processes import wait_until

MakeService = Callable[..., AnnouncingService]
STREAMS, TRANSFORMS = "stream-definitions", "transforms"
CLIENTS = 8
"""As many as may wait for Kafka at a time."""


def started_without_a_broker(make_service: MakeService, broker: KafkaCluster) -> AnnouncingService:
    service = make_service()
    service.create_topics()
    broker.kill_broker(1)
    service.start()
    return service


def test_the_service_starts_without_a_broker_and_announces_when_it_comes(
    make_service: MakeService, broker: KafkaCluster
) -> None:
    service = started_without_a_broker(make_service, broker)
    with service.client() as client:
        ids = [client.create(STREAMS, stream_definition())["id"], client.create(TRANSFORMS, transform())["id"]]
    broker.start_broker(1)
    with service.reader() as reader:
        assert all(reader.wait_for_key(identifier, seconds=30) for identifier in ids)


def test_without_a_broker_the_healthcheck_names_it_and_the_service_is_ready(
    make_service: MakeService, broker: KafkaCluster
) -> None:
    service = started_without_a_broker(make_service, broker)
    health = service.health()
    assert health.pop("kafka").startswith("Kafka is away")
    assert health == {"database": "OK", "keystone": "OK", "outbox": "OK"}
    assert httpx.get(f"{service.urls[0]}/healthcheck/ready", trust_env=False).status_code == 200


@pytest.mark.parametrize("level", ["INFO", "ERROR"])
def test_the_healthcheck_says_why_whatever_goes_to_the_log(tmp_path: Path, level: str) -> None:
    # Whoever connects is let go without a word.
    with TCPServer((LOOPBACK, 0), BaseRequestHandler) as hostile:
        threading.Thread(target=hostile.serve_forever, daemon=True).start()
        servers = f"{LOOPBACK}:{hostile.server_address[1]}"
        main = {"messages.publisher": "kafka", "kafka.bootstrap_servers": servers}
        api = ApiProcess(tmp_path, {"app:main": main, "logger_root": {"level": level}}, sample="development.ini")
        api.start()
        told = httpx.get(f"{api.url}/healthcheck", trust_env=False, timeout=30).json()
        api.kill()
        hostile.shutdown()
    assert "socket disconnected" in told["kafka"]


def test_events_of_many_clients_are_503_in_time_where_there_never_was_a_broker(
    make_service: MakeService, broker: KafkaCluster
) -> None:
    service = started_without_a_broker(make_service, broker)
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(lambda _: post_event(service), range(CLIENTS)))
    assert {each.status_code for each in answers} == {503}
    assert max(each.elapsed.total_seconds() for each in answers) < 2 * float(QUICK["kafka.timeout"])


@pytest.mark.parametrize("ask", ["check", "publish"])
def test_who_asks_in_vain_leaves_no_thread_and_no_file_open(ask: str) -> None:
    nobody = {"kafka.bootstrap_servers": f"{LOOPBACK}:{free_port()}", "sqlalchemy.url": "sqlite://"}
    publisher = KafkaPublisher(read_settings(nobody), timeout=0.5)
    asking = {"check": publisher.check, "publish": lambda: publisher.publish([Message("topic", b"", b"", [])])}
    before = held()
    with pytest.raises(Unavailable):
        asking[ask]()
    assert held() == before


def held() -> tuple[int, int]:
    """Return how many threads and how many open files this process has."""
    gc.collect()
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


def post_event(service: AnnouncingService) -> httpx.Response:
    return httpx.post(f"{service.urls[0]}/v2.0/events", json=event(), trust_env=False, timeout=60)


@pytest.mark.parametrize("database", PRODUCTION)
def test_a_thousand_changes_while_the_broker_is_away_are_all_announced_in_order(
    make_service: MakeService, broker: KafkaCluster, database: str
) -> None:
    service = make_service(database)
    service.create_topics()
    service.start()
    broker.kill_broker(1)
    log = changes_by_writers(service, 1000)
    broker.start_broker(1)
    wait_for_empty_outbox(service.database_url)
    verdict = check(log, read_stored(service.database_url), read_topics(broker.bootstrap, service.definition_topics))
    assert verdict.faults == []
    assert verdict.acknowledged >= 1000
    assert not any(change.outcome is Outcome.UNKNOWN for change in log)


def changes_by_writers(service: AnnouncingService, number: int) -> ChangeLog:
    """Let four clients change things until *number* changes are acknowledged."""
    log, shared, stop = ChangeLog(), SharedDefinitions(), threading.Event()
    options = {"log": log, "shared": shared, "stop": stop, "parameters": {"tenant_id": TENANT}}
    writers = [Writer(service.urls, seed=unique("w"), **options) for _ in range(4)]
    for writer in writers:
        writer.start()
    wait_until(lambda: sum(each.outcome is Outcome.ACKNOWLEDGED for each in log) >= number, f"{number} changes", 120)
    stop.set()
    for writer in writers:
        writer.join()
    return log
