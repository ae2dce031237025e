"""The service with a broker: its processes, its topics, and what a consumer reads from these."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.examples import unique
from api.running_service import databases
from history.topics import TopicReader
from servers.api_process import ApiProcess
from servers.kafka import KafkaCluster
from servers.run import folder_of_the_run

TENANT = "own-tenant"
ROLES = "monasca-user, admin"
KINDS = ("stream-definitions", "transforms")
# An outage is noticed sooner than as shipped.
QUICK = {"kafka.timeout": "3", "quota.stream_definitions": "100000", "quota.transforms": "100000"}


PRODUCTION = ("postgresql", "mariadb")


def new_database(request: pytest.FixtureRequest, kind: str) -> tuple[Path, str]:
    """Return a new folder, and the URL of an empty database of a *kind*."""
    folder = folder_of_the_run(unique("kafka"))
    return folder, databases[kind](request, folder)


class AnnouncingService:
    """One or more processes on one database, each with its *workers*, and topics of their own.

    *settings* are of ``[app:main]``.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        kafka: KafkaCluster,
        *,
        processes: int = 1,
        workers: int = 1,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.database_url = database_url
        self.kafka = kafka
        self.stream_definitions_topic = unique("stream-definitions")
        self.transforms_topic = unique("transform-definitions")
        self.events_topic = unique("raw-events")
        self.definition_topics = (self.stream_definitions_topic, self.transforms_topic)
        self.topics = (*self.definition_topics, self.events_topic)
        main = {**self._connections(), **QUICK, **(settings or {})}
        identity = {"user_id": "tester", "tenant_id": TENANT, "roles": ROLES}
        serving = {"workers": str(workers)}
        overrides = {"app:main": main, "filter:identity": identity, "server:main": serving}
        self.processes = [ApiProcess(folder, overrides, sample="development.ini") for _ in range(processes)]

    @property
    def urls(self) -> list[str]:
        """Where the processes answer."""
        return [process.url for process in self.processes]

    def create_topics(self, *topics: str, configs: Mapping[str, str] | None = None) -> None:
        """Make *topics*, or all."""
        self.kafka.create_topics(dict.fromkeys(topics or self.topics, 2), configs)

    def start(self) -> None:
        """Start all processes on the newest schema."""
        self.processes[0].migrate()
        for process in self.processes:
            process.start()

    def kill(self) -> None:
        """SIGKILL what still runs."""
        for process in self.processes:
            process.kill()

    def client(self, process: int = 0, tenant_id: str = TENANT) -> "Client":
        """Return a client of one process, for one tenant."""
        return Client(self.processes[process].url, tenant_id)

    def reader(self) -> TopicReader:
        """Return a consumer of all topics, from their beginning on."""
        return TopicReader(self.kafka.bootstrap, self.topics)

    def health(self) -> dict[str, str]:
        """Return what ``/healthcheck`` says of each dependency."""
        return dict(httpx.get(f"{self.processes[0].url}/healthcheck", trust_env=False, timeout=30).json())

    def is_late(self) -> bool:
        """Say whether ``/healthcheck`` tells of changes that wait for Kafka for longer than they should."""
        return "waiting" in self.health()["outbox"]

    def _connections(self) -> dict[str, str]:
        return {
            "sqlalchemy.url": self.database_url,
            "messages.publisher": "kafka",
            "messages.stream_definitions_topic": self.stream_definitions_topic,
            "messages.transforms_topic": self.transforms_topic,
            "messages.events_topic": self.events_topic,
            "kafka.bootstrap_servers": self.kafka.bootstrap,
        }


class Client(httpx.Client):
    """A tenant's client; paths are relative to ``/v2.0/``."""

    def __init__(self, url: str, tenant_id: str) -> None:
        super().__init__(base_url=f"{url}/v2.0/", params={"tenant_id": tenant_id}, trust_env=False, timeout=30)

    def send_json(self, method: str, path: str, body: Any, **headers: str) -> httpx.Response:
        """Send *body* as JSON, all characters as they are."""
        content = json.dumps(body, ensure_ascii=False)
        return self.request(method, path, content=content, headers={"Content-Type": "application/json", **headers})

    def create(self, kind: str, body: Any) -> dict[str, Any]:
        """Create a definition and return it as it is shown."""
        answer = self.send_json("POST", kind, body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def replace(self, kind: str, identifier: str, body: Any) -> httpx.Response:
        """Replace a definition's content and return the answer."""
        answer = self.send_json("PUT", f"{kind}/{identifier}", body)
        assert answer.is_success, answer.text
        return answer

    def remove(self, kind: str, identifier: str) -> None:
        """Delete a definition."""
        answer = self.delete(f"{kind}/{identifier}")
        assert answer.is_success, answer.text
