"""The log: one line a request, as text or as JSON, and nothing secret in it (contract 1.7)."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from api.examples import NEVER_USED, event
from api.raw_http import send
from api.running_service import EVENTS, TRANSFORMS
from metrics.measured_service import TENANT, MeasuredService
from monasca_events_api.log_lines import JsonLines
from servers.api_process import asking
from servers.keystone import Keystone
from servers.keystone_accounts import ACCOUNTS
from servers.ports import LOOPBACK, free_port

JSON = {"formatter_line": {"class": "monasca_events_api.log_lines.JsonLines"}}
KEYS = {"id", "global_id", "tenant", "user", "method", "route", "path", "status", "ms", "in", "out"}


@pytest.fixture(scope="module")
def as_text() -> Iterator[MeasuredService]:
    with MeasuredService() as service:
        yield service


@pytest.fixture(scope="module")
def as_json() -> Iterator[MeasuredService]:
    with MeasuredService(**JSON) as service:
        yield service


def line_of(service: MeasuredService, request_id: str) -> dict[str, Any]:
    (line,) = [each for each in service.json_lines() if each.get("id") == request_id]
    return line


def test_a_request_is_one_line_of_text_with_all_there_is_to_know(as_text: MeasuredService) -> None:
    sent = f"req-{uuid4()}"
    headers = {"X-OpenStack-Request-ID": sent}
    answer = as_text.ask(f"{TRANSFORMS}/{NEVER_USED}", headers=headers)
    identifier = answer.headers["X-OpenStack-Request-ID"]
    (line,) = [line for line in as_text.log_lines() if identifier in line]
    assert re.fullmatch(
        rf".* INFO .* request id={identifier} global_id={sent} tenant={TENANT} user=tester method=GET "
        rf"route=/v2\.0/transforms/{{id}} path=/v2\.0/transforms/{NEVER_USED} status=404 ms=[0-9.]+ "
        rf"in=0 out={len(answer.content)}",
        line,
    )


def test_a_request_is_one_json_object_with_its_values_under_their_names(as_json: MeasuredService) -> None:
    answer = as_json.post(EVENTS, event())
    line = line_of(as_json, answer.headers["X-OpenStack-Request-ID"])
    assert line.keys() == {"time", "level", "logger", "message"} | KEYS
    assert {
        name: line[name] for name in ("message", "level", "tenant", "user", "method", "route", "status", "out")
    } == {
        "message": "request",
        "level": "INFO",
        "tenant": TENANT,
        "user": "tester",
        "method": "POST",
        "route": EVENTS,
        "status": 204,
        "out": 0,
    }
    assert line["in"] == len(answer.request.content)
    assert 0 < line["ms"] < 60_000


def test_the_time_of_a_line_of_json_is_utc(as_json: MeasuredService) -> None:
    line = line_of(as_json, as_json.ask("/v2.0").headers["X-OpenStack-Request-ID"])
    assert line["time"].endswith("Z")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(line["time"])).total_seconds()) < 60


def test_every_line_of_the_service_is_json(as_json: MeasuredService) -> None:
    assert {"serving", "relay"} <= {line["message"].split()[0] for line in as_json.json_lines()}


def test_a_line_of_a_library_is_json_with_its_whole_message() -> None:
    values = {"e": "refused", "delay": 0.5, "level": "none"}
    # As keystoneauth1 says that it asks Keystone again.
    said = logging.LogRecord(
        "keystoneauth.session", logging.WARNING, "", 0, "Failure: %(e)s. %(delay).1fs", (values,), None
    )
    line = json.loads(JsonLines().format(said))
    assert (line["message"], line["level"]) == ("Failure: refused. 0.5s", "WARNING")


@pytest.mark.parametrize("path", ["/x%0A2026 INFO request", "/x%20status=200%20ms=0.1", "/%C3%A9%0d%0a%e2%80%a8"])
def test_no_path_forges_a_line_or_a_value(as_text: MeasuredService, path: str) -> None:
    before = len(as_text.log_lines())
    written = path.replace(" ", "%20")
    answer = send((LOOPBACK, as_text.process.port), f"GET {written} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    line, *others = as_text.log_lines()[before:]
    assert answer.headers["x-openstack-request-id"] in line
    assert (line.count(" status="), others) == (1, [])


@pytest.mark.parametrize("sent", [f"GET /{'é' * 40_000}", f"{'GET' * 60_000} /v2.0"])
def test_no_line_is_as_long_as_a_client_likes(as_text: MeasuredService, sent: str) -> None:
    request = f"{sent} HTTP/1.1\r\nHost: x\r\n\r\n".replace("é", "%C3%A9")
    answer = send((LOOPBACK, as_text.process.port), request.encode())
    (line,) = [line for line in as_text.log_lines() if answer.headers["x-openstack-request-id"] in line]
    assert len(line) < 4000


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_no_token_and_no_password_is_ever_logged(keystone: Keystone, level: str) -> None:
    secrets = {name: f"secret-{name}-{uuid4().hex}" for name in ("url", "kafka", "query", "header", "unknown", "body")}
    identity = {
        "use": "egg:monasca-events-api#keystone",
        "auth_type": "password",
        "user_domain_id": "default",
        "project_domain_id": "default",
        **asking(keystone),
    }
    settings = {
        "filter-with": "authtoken",
        "sqlalchemy.url": f"postgresql+psycopg://monasca:{secrets['url']}@{LOOPBACK}:{free_port()}/nothing",
        "messages.publisher": "kafka",
        "kafka.bootstrap_servers": f"{LOOPBACK}:{free_port()}",
        "kafka.security_protocol": "SASL_PLAINTEXT",
        "kafka.sasl_username": "monasca",
        "kafka.sasl_password": secrets["kafka"],
        "kafka.timeout": "0.5",
    }
    token = keystone.token("full")
    service = MeasuredService(
        settings=settings, **{"filter:authtoken": identity, "logger_root": {"level": level, "handlers": "console"}}
    )
    service.process.start()
    try:
        send_secrets(service, token, secrets)
    finally:
        service.process.stop()
    log = service.process.log_file.read_text()
    known = {**secrets, "token": token, "service": ACCOUNTS["service"].password}
    assert [name for name, secret in known.items() if secret in log] == []
    assert log.count("route=/v2.0/transforms ") >= 2


def send_secrets(service: MeasuredService, token: str, secrets: dict[str, str]) -> None:
    good = {"X-Auth-Token": token}
    service.ask(TRANSFORMS, headers=good)
    service.ask(TRANSFORMS, headers=good | {"Authorization": f"Bearer {secrets['header']}"})
    service.ask(f"{TRANSFORMS}?password={secrets['query']}", headers=good)
    service.ask(TRANSFORMS, headers={"X-Auth-Token": secrets["unknown"]})
    service.ask(TRANSFORMS, headers=good | {"X-Service-Token": secrets["unknown"]})
    service.ask(EVENTS, "POST", json=event(password=secrets["body"]), headers=good)
    service.ask(EVENTS, "POST", content=f'{{"password": "{secrets["body"]}', headers=good)
    service.ask("/healthcheck")


@pytest.fixture
def into_a_file(tmp_path: Path) -> Iterator[MeasuredService]:
    """A service whose log is ``log/api.log``."""
    (tmp_path / "log").mkdir()
    followed = {
        "class": "monasca_events_api.log_lines.FollowedFile",
        "args": repr((str(tmp_path / "log" / "api.log"),)),
    }
    with MeasuredService(handler_console=followed) as service:
        yield service


def test_a_log_file_that_is_moved_away_is_followed_by_another(into_a_file: MeasuredService, tmp_path: Path) -> None:
    file = tmp_path / "log" / "api.log"
    file.rename(tmp_path / "log" / "api.log.1")
    identifier = into_a_file.ask("/").headers["X-OpenStack-Request-ID"]
    assert identifier in file.read_text()


def test_who_asks_while_no_log_file_can_be_made_is_answered(into_a_file: MeasuredService, tmp_path: Path) -> None:
    (tmp_path / "log").rename(tmp_path / "old")
    answers = [into_a_file.ask("/").status_code for _ in range(20)]  # more than it has threads
    assert answers == [200] * 20


def test_the_log_goes_on_when_there_can_be_a_file_again(into_a_file: MeasuredService, tmp_path: Path) -> None:
    (tmp_path / "log").rename(tmp_path / "old")
    into_a_file.ask("/")
    (tmp_path / "log").mkdir()
    identifier = into_a_file.ask("/").headers["X-OpenStack-Request-ID"]
    assert identifier in (tmp_path / "log" / "api.log").read_text()
