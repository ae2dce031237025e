"""The service in a process of its own, and a tenant who uses it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.examples import stream_definition, transform, unique
from api.topics import Record, Topic
from servers.api_process import ApiProcess
from servers.ports import LOOPBACK

OWN_TENANT = "own-tenant"
EVERYTHING = "monasca-user, admin"
STREAM_DEFINITIONS = "/v2.0/stream-definitions"
TRANSFORMS = "/v2.0/transforms"
EVENTS = "/v2.0/events"
RAW_EVENTS = "raw-events"
MARKERS = {
    "stream-definitions": (STREAM_DEFINITIONS, stream_definition),
    "transform-definitions": (TRANSFORMS, transform),
}
TOPICS = (*MARKERS, RAW_EVENTS)


def _sqlite(_request: pytest.FixtureRequest, folder: Path) -> str:
    return f"sqlite:///{folder}/monasca-events.sqlite"


def _postgresql(request: pytest.FixtureRequest, folder: Path) -> str:
    return str(request.getfixturevalue("postgres").create_database(folder.name.replace("-", "_")))


def _mariadb(request: pytest.FixtureRequest, folder: Path) -> str:
    return str(request.getfixturevalue("mariadb").create_database(folder.name.replace("-", "_")))


databases: Mapping[str, Callable[[pytest.FixtureRequest, Path], str]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mariadb": _mariadb,
}


class RunningService:
    """``pserve`` on a loopback port, with messages in files and a fixed user who has *roles*."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        *,
        roles: str = EVERYTHING,
        settings: Mapping[str, str] | None = None,
        serving: Mapping[str, str] | None = None,
    ) -> None:
        """*settings* are of ``[app:main]``, *serving* of ``[server:main]``."""
        directory = folder / "topics"
        main = {"sqlalchemy.url": database_url, "messages.directory": str(directory), **(settings or {})}
        identity = {"user_id": "tester", "tenant_id": OWN_TENANT, "roles": roles}
        overrides = {"app:main": main, "filter:identity": identity, "server:main": dict(serving or {})}
        self.process = ApiProcess(folder, overrides, sample="development.ini")
        self.topics = {name: Topic(directory / f"{name}.jsonl") for name in TOPICS}

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return self.process.url

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return LOOPBACK, self.process.port

    def migrate(self) -> None:
        """Bring its database to the newest schema."""
        self.process.migrate()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process.start()

    def stop(self) -> None:
        """SIGTERM, and wait for the end."""
        self.process.stop()

    def log(self) -> str:
        """Return what it has logged."""
        return self.process.log_file.read_text(encoding="utf-8")

    def tenant(self, tenant_id: str | None) -> "Tenant":
        """Return a client for one tenant; None for the fixed user's own."""
        return Tenant(self, tenant_id)


class Tenant(httpx.Client):
    """A client of the service, for one tenant: the fixed user acts for it by ``?tenant_id=``."""

    def __init__(self, service: RunningService, tenant_id: str | None) -> None:
        # No certificates: reading them takes longer than a request.
        super().__init__(base_url=service.url, trust_env=False, verify=False, timeout=30)
        self.service = service
        self.id = tenant_id or OWN_TENANT
        self._parameter = None if tenant_id is None else f"tenant_id={tenant_id}"

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """Build a request for this tenant."""
        return super().build_request(method, self.path(str(url)), **options)

    def path(self, path: str) -> str:
        """Return *path*, its query included, as this tenant sends it."""
        if self._parameter is None or not path.removeprefix("/v2.0").strip("/") or not path.startswith("/v2.0/"):
            return path
        return f"{path}{'&' if '?' in path else '?'}{self._parameter}"

    def post_json(self, path: str, body: Any, **options: Any) -> httpx.Response:
        """POST *body* as JSON with emoji and umlauts as they are."""
        return self.post(path, content=json.dumps(body, ensure_ascii=False), headers=JSON, **options)

    def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a definition and return it as it is shown."""
        answer = self.post_json(path, body)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    def all(self, path: str) -> list[dict[str, Any]]:
        """Return all definitions, page by page."""
        found: list[dict[str, Any]] = []
        page = self.get(path).json()
        found += page["elements"]
        while target := next_link(page):
            page = self.follow(target).json()
            found += page["elements"]
        return found

    def follow(self, target: str) -> httpx.Response:
        """GET a link as it stands, its query and no more."""
        return self.get(target)

    def announced(self, topic: str) -> list[Record]:
        """Return this tenant's records on *topic*: all that was committed before this call."""
        if topic != RAW_EVENTS:
            # What was committed before the first one is read with it or earlier, and is out when the second one,
            # read later, is.
            for _ in range(2):
                self.service.topics[topic].wait_for(self._marker(topic))
        return self.service.topics[topic].of_tenant(self.id)

    def has_nothing(self) -> bool:
        """Say whether nothing of this tenant is stored, and nothing was announced."""
        stored = [*self.all(STREAM_DEFINITIONS), *self.all(TRANSFORMS)]
        return not stored and not any(self.announced(topic) for topic in TOPICS)

    def _marker(self, topic: str) -> str:
        """Let something be announced on *topic* and return its key."""
        path, body = MARKERS[topic]
        with self.service.tenant("markers") as markers:
            key = str(markers.create(path, body(name=unique("marker")))["id"])
            # Else the markers would run into the quota.
            markers.delete(f"{path}/{key}")
        return key


JSON = {"Content-Type": "application/json"}


def next_link(page: Mapping[str, Any]) -> str | None:
    """Return where the next page is, None on the last one."""
    return next((link["href"] for link in page["links"] if link["rel"] == "next"), None)


def places(answer: httpx.Response) -> list[tuple[str, str, str]]:
    """Return where each fault of an error answer is, what its name is, and its description."""
    return [(each["location"], each["name"], each["description"]) for each in answer.json()["errors"]]


def refusal(answer: httpx.Response) -> tuple[int, list[tuple[str, str]]]:
    """Return the status of an error answer, and the name and description of each fault."""
    return answer.status_code, [(each["name"], each["description"]) for each in answer.json()["errors"]]
