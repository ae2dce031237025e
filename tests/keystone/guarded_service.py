"""The service behind Keystone, and requests as anyone may send them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from api.examples import event, stream_definition, transform
from servers.api_process import ApiProcess, asking
from servers.keystone import HttpsFront, Keystone
from servers.run import folder_of_the_run

CACHE_SECONDS = 1
CONNECT_SECONDS = 1
QUICK = {
    "token_cache_time": str(CACHE_SECONDS),
    "http_connect_timeout": str(CONNECT_SECONDS),
    "http_request_max_retries": "0",
}
STREAMS, TRANSFORMS, EVENTS = "/v2.0/stream-definitions", "/v2.0/transforms", "/v2.0/events"
NEVER_USED = "00000000-0000-0000-0000-000000000000"
OPEN_PATHS = ("/", "/v2.0", "/v2.0/", "/healthcheck", "/healthcheck/live", "/healthcheck/ready")
DEFINITION_REQUESTS = (
    ("POST", STREAMS, stream_definition()),
    ("GET", STREAMS, None),
    ("GET", f"{STREAMS}/{NEVER_USED}", None),
    ("PUT", f"{STREAMS}/{NEVER_USED}", stream_definition()),
    ("PATCH", f"{STREAMS}/{NEVER_USED}", {"name": "n"}),
    ("DELETE", f"{STREAMS}/{NEVER_USED}", None),
    ("GET", "/v2.0/stream-definition", None),
    ("POST", TRANSFORMS, transform()),
    ("GET", TRANSFORMS, None),
    ("GET", f"{TRANSFORMS}/{NEVER_USED}", None),
    ("PUT", f"{TRANSFORMS}/{NEVER_USED}", transform()),
    ("PATCH", f"{TRANSFORMS}/{NEVER_USED}", {"name": "n"}),
    ("DELETE", f"{TRANSFORMS}/{NEVER_USED}", None),
)
ALL_REQUESTS = (*DEFINITION_REQUESTS, ("POST", EVENTS, event()), ("GET", EVENTS, None), ("GET", "/v2.0/nothing", None))


def in_words(request: object) -> str:
    """Return how a test calls one of these requests."""
    return f"{request[0]} {request[1]}" if isinstance(request, tuple) else str(request)


def keystone_service(
    keystone: Keystone,
    *,
    front: HttpsFront | None = None,
    options: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    without: Iterable[str] = (),
) -> Iterator["Door"]:
    """Run the service as `production.ini` has it, but on SQLite and with messages in files.

    *options* are of ``[filter:authtoken]``, which lacks those called *without*; *settings* are of ``[app:main]``.
    """
    folder = folder_of_the_run("keystone-api")
    main = {
        "sqlalchemy.url": f"sqlite:///{folder}/monasca-events.sqlite",
        "sqlalchemy.password": "",
        "messages.publisher": "files",
        "messages.directory": f"{folder}/topics",
        **(settings or {}),
    }
    authtoken = {**asking(keystone, front), **QUICK, **(options or {})}
    process = ApiProcess(folder, {"app:main": main, "filter:authtoken": authtoken})
    _leave_out(process.ini, without)
    process.migrate()
    process.start()
    yield Door(process)
    process.kill()


class Door:
    """Requests to one service."""

    def __init__(self, process: ApiProcess) -> None:
        self.process = process

    def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request."""
        texts = {**({} if token is None else {"X-Auth-Token": token}), **(headers or {})}
        sent = {name: text.encode() for name, text in texts.items()}
        return httpx.request(method, f"{self.process.url}{path}", json=body, headers=sent, timeout=60, trust_env=False)

    def creates(self, token: str, **query: str) -> str:
        """Create a stream definition and return its id."""
        text = "&".join(f"{name}={value}" for name, value in query.items())
        answer = self.ask("POST", f"{STREAMS}?{text}", token, stream_definition())
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def _leave_out(ini: Path, names: Iterable[str]) -> None:
    lines = ini.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.partition("=")[0].strip() not in names]
    ini.write_text("".join(kept), encoding="utf-8")


def without_request_id(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """Return all of an answer that may tell two requests apart, but what is drawn anew for each."""
    own = answer.headers["X-OpenStack-Request-ID"].encode()
    drawn = {"x-openstack-request-id", "date"}
    headers = {name: value for name, value in answer.headers.items() if name not in drawn}
    return answer.status_code, headers, answer.content.replace(own, b"")
