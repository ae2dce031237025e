"""A Keystone whose answers make no sense, which the real one cannot be brought to give."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from guarded_service import STREAMS, Door, keystone_service

from servers.keystone import Keystone
from servers.ports import LOOPBACK

NEVER = "2100-01-01T00:00:00.000000Z"


class _Strange(BaseHTTPRequestHandler):
    """Lets the service log in, and says of every token nothing at all."""

    @property
    def _url(self) -> str:
        return f"http://{self.headers['Host']}/v3"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        endpoints = [
            {"interface": each, "region_id": Keystone.region, "region": Keystone.region, "url": self._url}
            for each in ("public", "internal", "admin")
        ]
        catalog = [{"type": "identity", "endpoints": endpoints}]
        self._answer(201, {"token": {"expires_at": NEVER, "issued_at": NEVER, "catalog": catalog}})

    def do_GET(self) -> None:
        version = {"id": "v3.14", "status": "stable", "links": [{"rel": "self", "href": self._url}]}
        self._answer(200, {"token": {}} if "/auth/tokens" in self.path else {"version": version})

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("X-Subject-Token", "the service's own")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


@pytest.fixture(scope="module")
def strange_door(keystone: Keystone) -> Iterator[Door]:
    """The service before such a Keystone."""
    server = ThreadingHTTPServer((LOOPBACK, 0), _Strange)
    Thread(target=server.serve_forever, daemon=True).start()
    yield from keystone_service(keystone, options={"auth_url": f"http://{LOOPBACK}:{server.server_port}/v3"})
    server.shutdown()
    server.server_close()


def test_what_nobody_foresaw_is_the_services_own_json(strange_door: Door) -> None:
    answer = strange_door.ask("GET", STREAMS, "any")
    assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")


def test_its_cause_is_in_the_log_beside_the_request(strange_door: Door) -> None:
    answer = strange_door.ask("GET", STREAMS, "any")
    log = strange_door.process.log_file.read_text(encoding="utf-8")
    (defect,) = (part for part in log.split("ERROR")[1:] if answer.json()["request_id"] in part)
    assert "Traceback" in defect
