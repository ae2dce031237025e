"""The service and all that it needs, for real: databases that keep what they commit, Kafka, Keystone."""

import json
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from measuring import bodies
from measuring.peers import KEYSTONE
from measuring.processes import cpu_seconds, listening
from servers.api_process import PROJECT, ApiProcess, connected_to
from servers.errors import ServerError
from servers.kafka import KafkaCluster
from servers.keystone import Keystone
from servers.mariadb import MariaDB
from servers.postgres import Postgres
from servers.run import folder_of_the_run

TENANT = "benchmark"
ENOUGH = "1000000000"
# As where the service is installed: else each start would compile it again.
BYTECODE_IS_KEPT = {"PYTHONDONTWRITEBYTECODE": ""}
QUOTAS = {"quota.stream_definitions": ENOUGH, "quota.transforms": ENOUGH}
TOPICS = ("stream-definitions", "transform-definitions", "raw-events")
PARTITIONS = 4
COLLECTIONS = {"stream-definitions": bodies.STREAM_DEFINITION, "transforms": bodies.TRANSFORM}
# What a small server of a database has; the fixtures of the tests have next to nothing.
POSTGRESQL_SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
MARIADB_SETTINGS = {"innodb-buffer-pool-size": "1G", "innodb-log-file-size": "1G"}


class Machinery:
    """Servers that are started when first asked for, and kept: *folder* is where files may be."""

    def __init__(self) -> None:
        self.folder = folder_of_the_run("benchmark")
        self._servers: dict[str, Any] = {}

    def database(self, kind: str) -> Postgres | MariaDB:
        """Return the server of that *kind*; a commit is on its disk."""
        makers = {
            "postgresql": lambda folder: Postgres(folder, settings=POSTGRESQL_SETTINGS, fsync=True),
            "mariadb": lambda folder: MariaDB(folder, settings=MARIADB_SETTINGS, fsync=True),
        }
        server: Postgres | MariaDB = self._started(kind, makers[kind])
        return server

    @property
    def kafka(self) -> KafkaCluster:
        """One broker, with the service's topics."""
        fresh = "kafka" not in self._servers
        cluster: KafkaCluster = self._started("kafka", KafkaCluster)
        if fresh:
            cluster.create_topics(dict.fromkeys(TOPICS, PARTITIONS))
        return cluster

    @property
    def keystone(self) -> Keystone:
        """One Keystone."""
        server: Keystone = self._started("keystone", Keystone)
        return server

    def _started(self, name: str, make: Callable[[Path], Any]) -> Any:
        if name not in self._servers:
            server = make(folder_of_the_run(f"benchmark-{name}"))
            server.start()
            self._servers[name] = server
        return self._servers[name]


@dataclass
class Target:
    """A server to measure: where it is, what to send on each request, whose CPU counts."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    service_pids: Sequence[int] = ()
    database_pids: Sequence[int] = ()

    @property
    def path(self) -> str:
        """The part of its URL that stands before all paths."""
        return str(httpx.URL(self.url).path).rstrip("/")

    def cpu(self) -> tuple[float, float]:
        """Return the CPU seconds so far of the service and of its database."""
        return cpu_seconds(self.service_pids), cpu_seconds(self.database_pids)

    def fill(self, definitions: int, collections: Collection[str] = COLLECTIONS) -> dict[str, list[str]]:
        """Let the tenant have as many *definitions* of each kind; return their ids by collection."""
        found = {}
        for collection in collections:
            body = COLLECTIONS[collection]
            with self.client() as client:
                found[collection] = [_create(client, collection, body, number) for number in range(definitions)]
        return found

    def client(self) -> httpx.Client:
        """Return a client; paths are relative to the API's version."""
        return httpx.Client(base_url=f"{self.url}/v2.0/", headers=self.headers, trust_env=False, timeout=60)


class Service(Target):
    """Our own service, as ``pserve`` runs it: production.ini, or without login development.ini.

    *source* is the checkout whose code it runs, *python* the interpreter.
    """

    def __init__(
        self,
        machinery: Machinery,
        database: str,
        login: str,
        url: str,
        source: Path,
        python: str,
        settings: Mapping[str, str],
    ) -> None:
        main = {**QUOTAS, **settings}
        if login == KEYSTONE:
            overrides = connected_to(url, machinery.kafka, machinery.keystone)
            overrides["app:main"] |= main
            sample = "production.ini"
        else:
            connections = {
                "sqlalchemy.url": url,
                "messages.publisher": "kafka",
                "kafka.bootstrap_servers": machinery.kafka.bootstrap,
            }
            identity = {"user_id": "tester", "tenant_id": TENANT, "roles": "monasca-user, admin"}
            overrides = {"app:main": {**connections, **main}, "filter:identity": identity}
            sample = "development.ini"
        self.database_url = url
        environment = {**BYTECODE_IS_KEPT, "PYTHONPATH": str(source / "src")}
        self._process = ApiProcess(
            machinery.folder, overrides, sample=sample, environment=environment, python=python, afresh=True
        )
        headers = {"X-Auth-Token": machinery.keystone.token("full")} if login == KEYSTONE else {}
        super().__init__(f"ours, {database}", self._process.url, headers)
        self.database_pids = (machinery.database(database).process.pid,)
        self._process.migrate()

    def start(self) -> tuple[float, float]:
        """Start; return the seconds until the first answer, by the clock and of CPU."""
        started = time.monotonic()
        self._process.process.start()
        self.service_pids = (self._process.pid,)
        while not self._answers():
            if not self._process.process.running:
                raise ServerError(f"the service ended at its start:\n{self._process.process.log_tail()}")
            time.sleep(0.005)
        return time.monotonic() - started, cpu_seconds(self.service_pids)

    @property
    def ini(self) -> Path:
        """Its configuration."""
        return self._process.ini

    def stop(self) -> None:
        """End it in an orderly way."""
        self._process.stop()

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return client.get("stream-definitions").is_success
        except httpx.TransportError:
            return False


def service(
    machinery: Machinery,
    database: str,
    login: str,
    source: Path = PROJECT,
    python: str = sys.executable,
    **settings: str,
) -> Service:
    """Return the service of the checkout *source*, not started, on a new database of that kind."""
    name = f"benchmark_{database}_{login}_{time.monotonic_ns() % 10**9}"
    url = machinery.database(database).create_database(name)
    return Service(machinery, database, login, url, source, python, settings)


def compared(url: str, headers: Mapping[str, str], service_pids: Sequence[int], database_pids: Sequence[int]) -> Target:
    """Return another server that speaks the same API; its processes are found by its port if it is on this host."""
    address = httpx.URL(url)
    port = address.port or {"http": 80, "https": 443}[address.scheme]
    return Target("compared", url.rstrip("/"), headers, service_pids or listening(port), database_pids)


def _create(client: httpx.Client, collection: str, body: Mapping[str, Any], number: int) -> str:
    content = bodies.text(body).replace("@", f"{time.time_ns():x} {number}")
    answer = client.post(collection, content=content, headers={"Content-Type": "application/json"})
    if not answer.is_success:
        raise ServerError(f"POST {collection}: {answer.status_code} {answer.text[:500]}")
    return str(json.loads(answer.text)["id"])
