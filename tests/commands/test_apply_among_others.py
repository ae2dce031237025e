"""``apply`` while others change the same definitions, answers get lost, or the service is not there."""

import json
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest

from api.examples import transform
from api.running_service import TRANSFORMS, RunningService
from commands.front import Answer, Front, PassOn
from commands.tenant import TenantOfCommands, command_line
from servers.ports import LOOPBACK, free_port

ONE = "- {name: %s, enabled: true, description: %s, specification: [{event_type: x, traits: {}}]}\n"
BOTH = "transforms:\n" + ONE % ("one", "new") + ONE % ("two", "new")
OVERTAKEN = 'Error: transform "one": Somebody else has changed it meanwhile: it is left as it is\n'
GONE = 'Error: transform "one": Somebody else has removed it meanwhile: it is gone\n'


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How many seconds the commands would have waited; they do not."""
    seconds: list[float] = []
    monkeypatch.setattr("monasca_events_api.client.service.sleep", seconds.append)
    return seconds


@pytest.fixture
def behind(tenant: TenantOfCommands, front: Front) -> TenantOfCommands:
    """A tenant whose commands go through the front."""
    tenant.url = front.url
    return tenant


def doing_first(action: Callable[[], object]) -> Callable[[str, PassOn], Answer]:
    """Let somebody else be faster by a moment."""

    def meddle(_method: str, pass_on: PassOn) -> Answer:
        action()
        return pass_on()

    return meddle


def losing_the_answer(_method: str, pass_on: PassOn) -> None:
    pass_on()


def losing_the_request(_method: str, _pass_on: PassOn) -> None:
    """Do nothing."""


def unavailable(_method: str, _pass_on: PassOn) -> Answer:
    return Answer(503, {"Retry-After": "0"})


def passing_on(_method: str, pass_on: PassOn) -> Answer:
    return pass_on()


def giving(status: int, headers: dict[str, str], body: bytes = b"") -> Callable[[str, PassOn], Answer]:
    """Answer in the service's place."""
    return lambda _method, _pass_on: Answer(status, headers, body)


def plan_reading_of_one(front: Front, meddle: Callable[[str, PassOn], Answer]) -> None:
    """Let *meddle* have the request that reads a definition, after those that list both kinds."""
    for each in (passing_on, passing_on, meddle):
        front.once("GET", each)


def with_etag(headers: dict[str, str]) -> Callable[[str, PassOn], Answer]:
    return lambda _method, pass_on: pass_on()._replace(headers=headers)


def faults_of_a_preview(*fields: tuple[str, str]) -> bytes:
    errors = [{"name": name, "description": description} for name, description in fields]
    return json.dumps({"description": "There is something wrong with the request", "errors": errors}).encode()


def descriptions(tenant: TenantOfCommands) -> dict[str, str]:
    return {name: each["description"] for name, each in tenant.transforms().items()}


def test_a_definition_that_another_changes_meanwhile_is_not_overwritten_and_the_rest_is_done(
    behind: TenantOfCommands, front: Front
) -> None:
    behind.apply(BOTH.replace("new", "old"))
    path = f"{TRANSFORMS}/{behind.transforms()['one']['id']}"
    front.once("PUT", doing_first(lambda: behind.api.patch(path, json={"description": "theirs"})))
    result = behind.apply(BOTH)
    assert (result.exit_code, result.stderr) == (1, OVERTAKEN)
    assert result.stdout.endswith("1 of 2 done\n")
    assert descriptions(behind) == {"one": "theirs", "two": "new"}


def test_a_definition_that_another_removes_meanwhile_stays_removed(behind: TenantOfCommands, front: Front) -> None:
    behind.apply(BOTH.replace("new", "old"))
    path = f"{TRANSFORMS}/{behind.transforms()['one']['id']}"
    front.once("PUT", doing_first(lambda: behind.api.delete(path)))
    assert behind.apply(BOTH).stderr == GONE
    assert descriptions(behind) == {"two": "new"}


def test_a_definition_that_another_renames_at_the_last_moment_is_not_told_to_be_gone(
    behind: TenantOfCommands, front: Front
) -> None:
    behind.apply(BOTH.replace("new", "old"))
    path = f"{TRANSFORMS}/{behind.transforms()['one']['id']}"
    front.once("PUT", doing_first(lambda: behind.api.patch(path, json={"name": "renamed"})))
    assert behind.apply(BOTH).stderr == OVERTAKEN
    assert descriptions(behind) == {"renamed": "old", "two": "new"}


def test_a_definition_that_another_creates_meanwhile_is_not_overwritten(behind: TenantOfCommands, front: Front) -> None:
    front.once("POST", doing_first(lambda: behind.api.create(TRANSFORMS, transform(name="one", description="theirs"))))
    assert behind.apply(BOTH).stderr == OVERTAKEN
    assert descriptions(behind) == {"one": "theirs", "two": "new"}


def test_a_definition_that_another_changes_meanwhile_is_not_removed(behind: TenantOfCommands, front: Front) -> None:
    behind.apply(BOTH)
    path = f"{TRANSFORMS}/{behind.transforms()['one']['id']}"
    front.once("DELETE", doing_first(lambda: behind.api.patch(path, json={"description": "theirs"})))
    assert behind.apply("transforms: []", "--prune").stderr == OVERTAKEN
    assert descriptions(behind) == {"one": "theirs"}


def test_the_same_change_by_another_is_no_conflict(behind: TenantOfCommands, front: Front) -> None:
    behind.apply(BOTH.replace("new", "old"))
    path = f"{TRANSFORMS}/{behind.transforms()['one']['id']}"
    front.once("PUT", doing_first(lambda: behind.api.patch(path, json={"description": "new"})))
    result = behind.apply(BOTH)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "2 of 2 done")


@pytest.mark.parametrize(
    ("text", "options", "left"),
    [
        ("transforms: []", ["--prune"], ["renamed"]),
        ("transforms:\n" + ONE % ("one", "new"), [], ["one", "renamed"]),
    ],
)
def test_a_definition_that_another_renames_meanwhile_is_another_one(
    behind: TenantOfCommands, front: Front, text: str, options: Sequence[str], left: list[str]
) -> None:
    behind.apply("transforms:\n" + ONE % ("one", "old"))
    path = f"{TRANSFORMS}/{behind.transforms()['one']['id']}"
    plan_reading_of_one(front, doing_first(lambda: behind.api.patch(path, json={"name": "renamed"})))
    assert behind.apply(text, *options).exit_code == 0
    assert sorted(behind.transforms()) == left


def test_behind_a_proxy_that_compresses_a_change_is_made(behind: TenantOfCommands, front: Front) -> None:
    front.compresses = True
    behind.apply(BOTH.replace("new", "old"))
    assert behind.apply(BOTH).exit_code == 0
    assert descriptions(behind) == {"one": "new", "two": "new"}


@pytest.mark.parametrize(("headers", "told"), [({}, "without an ETag"), ({"ETag": 'W/"1"'}, 'with the ETag W/"1"')])
def test_without_a_good_etag_nothing_is_changed(
    behind: TenantOfCommands, front: Front, headers: dict[str, str], told: str
) -> None:
    behind.apply(BOTH.replace("new", "old"))
    plan_reading_of_one(front, with_etag(headers))
    result = behind.apply(BOTH)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: {front.url}/v2.0 answers {told}: a proxy in between changes it, and must not\n"
    assert descriptions(behind) == {"one": "old", "two": "old"}


def test_a_preview_that_takes_too_long_is_no_fault_of_the_file(behind: TenantOfCommands, front: Front) -> None:
    too_long = ("events", "The preview takes longer than 2 s: send fewer events")
    front.once("PREVIEW", giving(400, {}, faults_of_a_preview(too_long)))
    assert behind.apply(BOTH).exit_code == 0
    assert len(behind.transforms()) == 2


def test_beside_a_fault_of_the_file_what_is_said_of_events_is_left_out(behind: TenantOfCommands, front: Front) -> None:
    body = faults_of_a_preview(("specification", "Too wide"), ("events", "Too many"))
    front.once("PREVIEW", giving(400, {}, body))
    result = behind.apply("transforms:\n" + ONE % ("one", "new"))
    assert (result.exit_code, result.stderr) == (2, "FILE:2:63: transforms.0.specification: Too wide\n")


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


@pytest.mark.parametrize("fault", [losing_the_answer, losing_the_request, unavailable])
@pytest.mark.parametrize(
    ("method", "before", "text"),
    [
        ("POST", "transforms: []", BOTH),
        ("PUT", BOTH.replace("new", "old"), BOTH),
        ("DELETE", BOTH, "transforms: []"),
        ("GET", BOTH.replace("new", "old"), BOTH),
    ],
)
def test_what_a_request_comes_to_when_it_or_its_answer_is_lost_is_what_was_wanted(
    behind: TenantOfCommands,
    front: Front,
    fault: Callable[[str, PassOn], Answer | None],
    method: str,
    before: str,
    text: str,
) -> None:
    assert behind.apply(before).exit_code == 0
    front.once(method, fault)
    result = behind.apply(text, "--prune")
    assert (result.exit_code, result.stderr, result.stdout.splitlines()[-1]) == (0, "", "2 of 2 done")
    assert behind.apply(text, "--prune", "--dry-run").exit_code == 0


def test_a_service_that_is_not_there_is_one_line() -> None:
    url = f"http://{LOOPBACK}:{free_port()}"
    result = command_line("export", "--url", url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: No answer from {url}/v2.0: [Errno 111] Connection refused\n"


def test_a_service_that_ends_in_the_middle_is_told_with_what_is_done(behind: TenantOfCommands, front: Front) -> None:
    front.once("POST", lambda _method, pass_on: pass_on())
    for _ in range(100):
        front.once("POST", losing_the_request)
    result = behind.apply(BOTH)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "1 of 2 done")
    assert result.stderr.startswith(f"Error: No answer from {front.url}/v2.0: ")


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
