"""``/metrics`` (contract 1): what it tells, to whom, and that it is whole with several workers."""

import os
import resource
import shutil
import signal
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.examples import NEVER_USED, event, stream_definition, transform
from api.running_service import EVENTS, STREAM_DEFINITIONS, TRANSFORMS
from door.proxy import Proxy
from metrics.measured_service import MeasuredService
from monasca_events_api.metric_files import RoomyDict
from servers.api_process import asking
from servers.keystone import Keystone
from servers.ports import LOOPBACK, free_port
from servers.processes import wait_until
from servers.run import folder_of_the_run

ONE_TRANSFORM = "/v2.0/transforms/{id}"
NO_PROCESS = 1 << 22
"""More than Linux gives as a number to a process."""
FILE_BYTES = 1 << 16
"""How long a new file of what is counted is."""


@pytest.fixture(scope="module")
def unmeasured() -> Iterator[MeasuredService]:
    with MeasuredService(settings={"metrics.enabled": "false"}) as service:
        yield service


def test_it_is_an_unknown_address_where_it_is_not_turned_on(unmeasured: MeasuredService) -> None:
    assert unmeasured.ask("/metrics").status_code == unmeasured.ask("/metrics", "OPTIONS").status_code == 404


def test_turned_off_it_is_not_described_and_leaves_no_files(unmeasured: MeasuredService) -> None:
    assert "/metrics" not in unmeasured.ask("/openapi.json").json()["paths"]
    assert not unmeasured.metrics_directory.exists()


def test_turned_on_it_is_described(measured: MeasuredService) -> None:
    assert (
        "text/plain" in measured.ask("/openapi.json").json()["paths"]["/metrics"]["get"]["responses"]["200"]["content"]
    )


def test_anyone_may_read_it(measured: MeasuredService) -> None:
    answer = measured.ask("/metrics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics", "/%6Detrics", "/metrics%2F", "/%2Fmetrics"])
def test_from_behind_the_proxy_nobody_reads_it(measured: MeasuredService, proxy: Proxy, path: str) -> None:
    assert (measured.ask(path).status_code, through(proxy, path)) == (200, 404)


@pytest.mark.parametrize("path", ["/healthcheck", "/healthcheck/", "/%68ealthcheck", "/healthcheck/ready"])
def test_from_behind_the_proxy_nobody_reads_where_dependencies_are(
    measured: MeasuredService, proxy: Proxy, path: str
) -> None:
    assert (measured.ask(path).status_code, through(proxy, path)) == (200, 404)


def test_from_behind_the_proxy_everybody_sees_that_it_lives(proxy: Proxy) -> None:
    assert through(proxy, "/healthcheck/live") == 200


def through(proxy: Proxy, path: str) -> int:
    """Ask for *path*, as it is written; return the status."""
    with socket.create_connection(proxy.address) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    return int(answer.split()[1])


@pytest.fixture(scope="module")
def proxy(measured: MeasuredService) -> Iterator[Proxy]:
    proxy = Proxy(folder_of_the_run("metrics-proxy"), measured.process.port)
    proxy.start()
    yield proxy
    proxy.kill()


def test_it_answers_with_a_slash_and_to_head_and_options(measured: MeasuredService) -> None:
    assert measured.ask("/metrics/").status_code == 200
    assert (measured.ask("/metrics", "HEAD").status_code, measured.ask("/metrics", "HEAD").content) == (200, b"")
    assert measured.ask("/metrics", "OPTIONS").headers["Allow"] == "GET, HEAD, OPTIONS"


def test_it_knows_no_parameter(measured: MeasuredService) -> None:
    assert measured.ask("/metrics?name=x").status_code == 400


def requests(service: MeasuredService, **labels: str) -> float:
    return service.metrics().value("request_seconds_count", **labels)


def test_requests_of_all_workers_are_counted_by_route_method_and_status(measured: MeasuredService) -> None:
    labels = {"route": ONE_TRANSFORM, "method": "GET", "status": "404"}
    before = requests(measured, **labels)
    for number in range(30):
        measured.ask(f"{TRANSFORMS}/{NEVER_USED[:-2]}{number:02}")
    assert requests(measured, **labels) == before + 30


def test_every_worker_tells_the_same(measured: MeasuredService) -> None:
    measured.ask(TRANSFORMS)
    assert len({requests(measured, route="/v2.0/transforms") for _ in range(15)}) == 1


def test_addresses_that_are_not_there_and_unknown_methods_make_no_series(measured: MeasuredService) -> None:
    for number in range(3):
        measured.ask(f"/nothing/{number}", f"BREW{number}")
    metrics = measured.metrics()
    assert metrics.value("request_seconds_count", route="-", method="other", status="404") >= 3
    assert {each for each in metrics.labels("request_seconds_count", "route") if "nothing" in each} == set()


def test_the_time_to_the_answer_is_told(measured: MeasuredService) -> None:
    measured.ask("/v2.0")
    metrics = measured.metrics()
    assert 0 < metrics.value("request_seconds_sum", route="/v2.0") < 10
    assert metrics.value("request_seconds_bucket", route="/v2.0", le="+Inf") >= 1


def test_events_are_counted(measured: MeasuredService) -> None:
    before = measured.metrics()
    assert measured.post(EVENTS, [event(), event()]).status_code == 204
    assert measured.post(EVENTS, [event(), {}]).status_code == 400
    after = measured.metrics()
    counted = ("accepted", "acknowledged", "failed")
    names = [f"events_{each}_total" for each in counted]
    assert [after.value(name) - before.value(name) for name in names] == [2, 2, 0]


def test_published_records_are_counted_by_topic(measured: MeasuredService) -> None:
    published = {"name": "records_published_total", "topic": "transform-definitions"}
    before = measured.metrics().value(**published)
    measured.post(TRANSFORMS, transform()).raise_for_status()
    wait_until(lambda: measured.metrics().value(**published) == before + 1, "the record counted")
    assert measured.metrics().value("publish_seconds_count", sender="relay") >= 1


def test_previews_are_measured(measured: MeasuredService) -> None:
    before = measured.metrics()
    measured.post(f"{TRANSFORMS}/preview", {"specification": transform()["specification"], "events": [event()]})
    measured.post(f"{STREAM_DEFINITIONS}/preview", {"definition": stream_definition(), "events": [event()]})
    after = measured.metrics()
    kinds = ("transform", "streams")
    assert [
        after.value("preview_seconds_count", kind=k) - before.value("preview_seconds_count", kind=k) for k in kinds
    ] == [1, 1]


def test_one_of_the_workers_holds_the_lease(measured: MeasuredService) -> None:
    wait_until(lambda: measured.metrics().value("relay_lease_held") == 1, "the lease held")


def test_each_worker_has_its_process_figures(measured: MeasuredService) -> None:
    metrics = measured.metrics()
    workers = {str(pid) for pid in measured.workers()}
    assert len(workers) == 3
    assert metrics.labels("process_resident_memory_bytes", "pid") == workers
    for pid in workers:
        assert metrics.value("process_resident_memory_bytes", pid=pid) > 10_000_000
        assert metrics.value("process_threads", pid=pid) > 4
        assert metrics.value("process_cpu_seconds_total", pid=pid) > 0
        assert abs(metrics.value("process_start_time_seconds", pid=pid) - time.time()) < 3600


def test_the_release_is_told(measured: MeasuredService) -> None:
    assert measured.metrics().value("info", version="1.0.0") == 1


def killed_worker(service: MeasuredService) -> int:
    """Kill a worker and wait until there is another in its place."""
    killed, *others = service.workers()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(set(service.workers()) - {killed}) > len(others), "a worker in its place")
    return killed


def test_what_a_dead_worker_has_counted_stays(measured: MeasuredService) -> None:
    for _ in range(20):
        measured.ask("/healthcheck/live")
    before = requests(measured, route="/healthcheck/live")
    killed_worker(measured)
    assert before >= 20
    assert requests(measured, route="/healthcheck/live") == before


def test_of_a_dead_worker_nothing_else_stays(measured: MeasuredService) -> None:
    killed = killed_worker(measured)
    assert str(killed) not in measured.metrics().labels("process_threads", "pid")
    assert [file.name for file in measured.metrics_directory.iterdir() if str(killed) in file.name] == []


def test_counting_goes_on_after_a_restart() -> None:
    with MeasuredService() as service:
        service.ask("/v2.0")
        before = requests(service, route="/v2.0")
        service.process.restart()
        service.ask("/v2.0")
        assert requests(service, route="/v2.0") == before + 1


def test_a_directory_that_is_removed_meanwhile_keeps_no_worker_from_its_start() -> None:
    with MeasuredService(workers=2) as service:
        killed, _other = service.workers()
        shutil.rmtree(service.metrics_directory)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: len(service.workers()) == 1, "a worker in its place")
        assert service.metrics().labels("process_threads", "pid") == {str(pid) for pid in service.workers()}


def test_a_file_has_the_room_that_its_length_promises() -> None:
    # Who writes where a file has a length and no room is killed by the system, when the disk is full.
    with MeasuredService() as service:
        grown = ask_for_many_series(service)
        files = [file.stat() for file in service.metrics_directory.glob("*.db")]
        assert (grown, [each for each in files if each.st_blocks * 512 < each.st_size]) == (True, [])


@pytest.mark.parametrize("name", ["counter_0.db", f"counter_{NO_PROCESS}.db", f"histogram_{NO_PROCESS}.db"])
@pytest.mark.parametrize("content", [b"", struct.pack("i4x", 200) + bytes(FILE_BYTES), struct.pack("i4xi", 64, 99)])
def test_a_damaged_file_is_removed_and_the_rest_is_told(measured: MeasuredService, name: str, content: bytes) -> None:
    # As a host leaves them that loses its power.
    (measured.metrics_directory / name).write_bytes(content)
    measured.ask("/v2.0")
    assert requests(measured, route="/v2.0") >= 1


def test_room_that_was_taken_for_many_values_stays(tmp_path: Path) -> None:
    file = tmp_path / "counter_1.db"
    values = RoomyDict(str(file))
    values.take_room(5 * FILE_BYTES)
    length = file.stat().st_size
    for number in range(FILE_BYTES // 50):
        values.read_value(f"a value with the number {number}")
    values.close()
    assert file.stat().st_size == length > 5 * FILE_BYTES


def ask_for_many_series(service: MeasuredService) -> bool:
    """Ask for so much that what is measured of it needs a longer file; say whether one has become longer."""
    for path in ("/", "/v2.0", "/healthcheck/live", "/asyncapi.json", TRANSFORMS, STREAM_DEFINITIONS, EVENTS):
        for method in ("GET", "HEAD", "OPTIONS", "PATCH"):
            for query in ("", "?unknown=1"):
                service.ask(path + query, method)
    return max(file.stat().st_size for file in service.metrics_directory.glob("*.db")) > FILE_BYTES


def test_what_has_no_room_is_not_counted_and_answered_all_the_same() -> None:
    with MeasuredService() as service:
        let_no_file_grow_beyond(FILE_BYTES, service.process.pid)
        ask_for_many_series(service)
        assert service.metrics().value("request_seconds_count", route="/", method="GET", status="200") == 1
        assert len([line for line in service.log_lines() if "metrics are not all counted error=" in line]) == 1


def test_a_worker_that_has_no_room_to_count_serves() -> None:
    with MeasuredService(workers=2) as service:
        let_no_file_grow_beyond(FILE_BYTES - 1, service.process.pid)
        for pid in service.workers():
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(not_counting(service)) == 2, "workers in their place")
        assert service.ask("/").status_code == service.ask("/metrics").status_code == 200


def not_counting(service: MeasuredService) -> list[str]:
    return [line for line in service.log_lines() if "metrics are not all counted error=File too large" in line]


def let_no_file_grow_beyond(size: int, pid: int) -> None:
    """Let each write of process *pid*, and of those that it starts, fail behind *size*: so it is on a full disk."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_directory_that_cannot_be_made_ends_the_start() -> None:
    service = MeasuredService(settings={"metrics.directory": "/proc/metrics"})
    told = service.process.process
    service.process.migrate()
    told.start()
    wait_until(lambda: not told.running, "the end")
    assert "[app:main] metrics.directory: " in service.process.log_file.read_text()


def test_with_kafka_away_events_fail_and_definitions_wait(without_kafka: MeasuredService) -> None:
    assert without_kafka.post(EVENTS, event()).status_code == 503
    without_kafka.post(TRANSFORMS, transform()).raise_for_status()
    wait_until(lambda: without_kafka.metrics().value("outbox_oldest_seconds") > 0, "the record to be late")
    metrics = without_kafka.metrics()
    assert metrics.value("outbox_waiting") == metrics.value("outbox_readable") == 1
    assert metrics.value("events_failed_total") == metrics.value("events_accepted_total") == 1
    assert metrics.value("events_acknowledged_total") == 0


def test_with_the_database_away_all_else_is_told() -> None:
    away = f"postgresql+psycopg://nobody@{LOOPBACK}:{free_port()}/nothing"
    service = MeasuredService(settings={"sqlalchemy.url": away})
    service.process.start()
    try:
        metrics = service.metrics()
        assert metrics.value("outbox_readable") == 0
        assert "monasca_events_outbox_waiting" not in metrics.names
        assert metrics.value("process_threads") > 0
    finally:
        service.process.stop()


def test_questions_to_keystone_are_measured_and_known_tokens_are_not(keystone: Keystone) -> None:
    identity = {
        "use": "egg:monasca-events-api#keystone",
        "auth_type": "password",
        "user_domain_id": "default",
        "project_domain_id": "default",
        **asking(keystone),
    }
    with MeasuredService(settings={"filter-with": "authtoken"}, **{"filter:authtoken": identity}) as service:
        headers = {"X-Auth-Token": keystone.token("full")}
        answers = [service.ask(TRANSFORMS, headers=headers).status_code for _ in range(3)]
        assert (answers, service.metrics().value("keystone_seconds_count")) == ([200] * 3, 1)
        service.ask(TRANSFORMS, headers={"X-Auth-Token": "unknown"})
        metrics = service.metrics()
    assert metrics.value("keystone_seconds_count") == 2
    assert metrics.value("request_seconds_count", route="-", status="401") == 1
