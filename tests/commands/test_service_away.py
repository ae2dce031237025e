"""``export`` where the service is not there, or something else is: how long it asks, and what it says."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from api.running_service import RunningService
from commands.front import Answer, Front, PassOn, giving, losing_the_request, unavailable
from commands.tenant import command_line
from servers.ports import LOOPBACK, free_port

pytestmark = pytest.mark.usefixtures("waits")


def test_a_service_that_is_away_for_long_is_not_waited_for(front: Front) -> None:
    front.once("GET", giving(503, {"Retry-After": "3600"}))
    result = command_line("export", "--url", front.url)
    told = f"Error: {front.url}/v2.0/transforms answers 503 Service Unavailable\n"
    assert (result.exit_code, result.stderr, len(front.headers)) == (1, told, 1)


def test_a_service_that_is_away_is_not_asked_for_ever(front: Front) -> None:
    for _ in range(100):
        front.once("GET", unavailable)
    assert command_line("export", "--url", front.url).exit_code == 1
    assert len(front.headers) < 20


@pytest.mark.parametrize("fault", [losing_the_request, giving(503, {}), giving(502, {"Retry-After": "1"})])
def test_a_service_that_is_away_is_asked_again_for_a_quarter_of_a_minute(
    front: Front, fault: Callable[[str, PassOn], Answer | None], waits: list[float]
) -> None:
    for _ in range(100):
        front.once("GET", fault)
    assert command_line("export", "--url", front.url).exit_code == 1
    assert 14 <= sum(waits) <= 15


def test_a_service_that_refuses_connections_is_asked_again_for_a_quarter_of_a_minute(waits: list[float]) -> None:
    assert command_line("export", "--url", f"http://{LOOPBACK}:{free_port()}").exit_code == 1
    assert 14 <= sum(waits) <= 15


def test_a_service_whose_connections_take_their_time_is_not_asked_as_often(
    front: Front, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count(0, 60)
    monkeypatch.setattr("monasca_events_api.client.service.monotonic", lambda: next(clock))
    for _ in range(100):
        front.once("GET", losing_the_request)
    assert command_line("export", "--url", front.url).exit_code == 1
    assert len(waits) == 1


@pytest.mark.parametrize("named", ["-1", "Wed, 21 Oct 2015 07:28:00 GMT", "9" * 5000])
def test_whatever_a_service_that_is_away_says_of_when_to_come_it_is_asked_again(front: Front, named: str) -> None:
    front.once("GET", giving(503, {"Retry-After": named}))
    assert command_line("export", "--url", front.url).exit_code == 0


def test_a_service_that_is_not_there_is_one_line() -> None:
    url = f"http://{LOOPBACK}:{free_port()}"
    result = command_line("export", "--url", url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: No answer from {url}/v2.0: [Errno 111] Connection refused\n"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(200, {}, b"<html>"), " is no Monasca Events API: its answer is not JSON"),
        (Answer(200, {}, b'{"status": "up"}'), " is no Monasca Events API: its answer is no list of definitions"),
        (Answer(404, {}, b"not here"), " is no Monasca Events API: it answers 404 Not Found"),
        (Answer(301, {"Location": "https://x.example/"}), " leads to https://x.example/: give that as the URL"),
        (Answer(500, {}, b"oops"), " answers 500 Internal Server Error"),
    ],
)
def test_what_is_no_such_service_is_told(front: Front, answer: Answer, told: str) -> None:
    front.once("GET", lambda _method, _pass_on: answer)
    result = command_line("export", "--url", front.url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: {front.url}/v2.0/transforms{told}\n"


def test_a_url_with_a_path_that_the_service_does_not_have_is_told(service: RunningService) -> None:
    result = command_line("export", "--url", f"{service.url}/events")
    told = f"Error: {service.url}/events/v2.0/transforms: No such resource (404)\n"
    assert (result.exit_code, result.stderr) == (1, told)


def test_a_fault_of_the_service_is_told_with_the_id_to_ask_for(front: Front) -> None:
    body = b'{"title": "Internal Server Error", "description": "It failed", "request_id": "req-1"}'
    front.once("GET", lambda _method, _pass_on: Answer(500, {}, body))
    assert command_line("export", "--url", front.url).stderr == "Error: It failed (500, req-1)\n"


def test_a_certificate_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    url = f"https://{LOOPBACK}:{free_port()}"
    result = command_line("export", "--url", url, OS_CERT=str(tmp_path / "none.pem"))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith(f"Error: No answer from {url}/v2.0: Could not find the TLS certificate file")


def test_a_url_that_cannot_be_read_is_one_line() -> None:
    result = command_line("export", "--url", "http://[::1")
    assert (result.exit_code, result.stderr) == (1, "Error: No answer from http://[::1/v2.0: Invalid IPv6 URL\n")


@pytest.mark.parametrize("url", ["localhost:8072", "ftp://localhost"])
def test_a_url_that_is_none_is_a_wrong_command_line(url: str) -> None:
    assert command_line("export", "--url", url).exit_code == 2


def test_a_url_is_needed() -> None:
    result = command_line("export")
    assert (result.exit_code, "--url" in result.stderr) == (2, True)
