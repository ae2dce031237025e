"""The floors beside which the service is measured, in processes of their own (issue 7, Goals)."""

import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from measuring.cases import DEFINITIONS, Ids, events
from measuring.kafka_floor import Record
from measuring.load import Load, Request
from measuring.peers import WITHOUT_LOGIN
from measuring.system import Machinery, Service, Target, service
from servers.errors import ServerError
from servers.ports import LOOPBACK, answers, free_port
from servers.processes import ServerProcess
from servers.run import environment_of_the_run

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaConsumer

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
THREADS = "16"
WSGI_SERVERS = ("ours", "waitress")
PARTS_ALONE = "the parts alone"
EVENTS_TOPIC = "raw-events"


@dataclass
class BareWsgi:
    """The bare answers, by the server that gives them."""

    folder: Path
    targets: dict[str, Target]

    def load(self, server: str, size: int) -> tuple[Target, Load]:
        """Return the target, and a load that is answered with *size* bytes each."""
        target = self.targets[server]
        return target, Load(self.folder, target.url, [Request("GET", [f"/{size}"])])


def bare_wsgi(folder: Path) -> BareWsgi:
    """Start both bare servers."""
    return BareWsgi(folder, {server: _started(folder, server) for server in WSGI_SERVERS})


def parts_alone(machinery: Machinery) -> tuple[Target, Ids]:
    """Start the service's parts alone, on a PostgreSQL of their own; return the ids of what they have stored, too."""
    unused = service(machinery, "postgresql", WITHOUT_LOGIN)
    port = free_port()
    process = ServerProcess(
        [sys.executable, HERE / "parts_alone.py", str(port), unused.database_url, THREADS],
        folder=machinery.folder,
        log_file=machinery.folder / "parts-alone.log",
        environment={"PYTHONPATH": str(PROJECT / "src")},
    )
    process.start()
    process.wait_ready(lambda: answers(port))
    target = Target(
        PARTS_ALONE, f"http://{LOOPBACK}:{port}", service_pids=(process.pid,), database_pids=unused.database_pids
    )
    return target, target.fill(DEFINITIONS, ["stream-definitions"])


class KafkaFloor:
    """The library by itself, in one process that stays; it sends to the service's topic of events."""

    def __init__(self, machinery: Machinery, record: Record) -> None:
        self._process = subprocess.Popen(
            [sys.executable, HERE / "kafka_floor.py", machinery.kafka.bootstrap, EVENTS_TOPIC],
            env=environment_of_the_run(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._ask(record.written())

    def measure(self, events: int, seconds: float) -> dict[str, float]:
        """Return CPU seconds and rate of batches of *events*."""
        self._ask(f"{events} {seconds}")
        assert self._process.stdout is not None
        found: dict[str, float] = json.loads(self._process.stdout.readline())
        return found

    def _ask(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")


class Floors(NamedTuple):
    """All of them."""

    bare: BareWsgi
    parts: tuple[Target, Ids]
    kafka: KafkaFloor


def floors(machinery: Machinery, ours: Service) -> Floors:
    """Start them; *ours* is posted an event, for the record that it becomes."""
    record = published_record(machinery, ours, events(1, ""))
    return Floors(bare_wsgi(machinery.folder), parts_alone(machinery), KafkaFloor(machinery, record))


def published_record(machinery: Machinery, service: Service, request: Request) -> Record:
    """Post one event and return the record that it has become."""
    body = f"{request.head}{(request.part or '').replace('@', 'x' * 36)}{request.tail}"
    consumer = KafkaConsumer(
        EVENTS_TOPIC, bootstrap_servers=machinery.kafka.bootstrap.split(","), auto_offset_reset="earliest"
    )
    with closing(consumer), service.client() as client:
        answer = client.post("events", content=body, headers={"Content-Type": "application/json"})
        if answer.status_code != httpx.codes.NO_CONTENT:
            raise ServerError(f"POST events: {answer.status_code} {answer.text[:500]}")
        found = _newest(consumer, lambda key: key.endswith("x" * 36))
    tenant = found.key.decode().partition(":")[0]
    return Record(tenant, found.value.decode(), {name: text.decode() for name, text in found.headers})


def _newest(consumer: KafkaConsumer, wanted: Callable[[str], bool]) -> Any:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for records in consumer.poll(timeout_ms=1000).values():
            for record in records:
                if wanted(record.key.decode()):
                    return record
    raise ServerError("the event that was posted is not in Kafka")


def _started(folder: Path, server: str) -> Target:
    port = free_port()
    process = ServerProcess(
        [sys.executable, HERE / "bare_wsgi.py", str(port), server, THREADS],
        folder=folder,
        log_file=folder / f"bare-{server}.log",
        environment={"PYTHONPATH": str(PROJECT / "src")},
    )
    process.start()
    process.wait_ready(lambda: answers(port))
    return Target(f"bare answer, {server}", f"http://{LOOPBACK}:{port}", {}, (process.pid,))
