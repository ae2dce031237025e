"""``apply`` while others change the same definitions, answers get lost, or the service is not there."""

from collections.abc import Callable

import pytest

from api.examples import transform
from api.running_service import TRANSFORMS
from commands.front import Answer, Front, PassOn
from commands.tenant import TenantOfCommands, command_line
from servers.ports import LOOPBACK, free_port

ONE = "- {name: %s, description: %s, specification: [{event_type: x, traits: {}}]}\n"
BOTH = "transforms:\n" + ONE % ("one", "new") + ONE % ("two", "new")
OVERTAKEN = 'Error: transform "one": Somebody else has changed it meanwhile: it is left as it is\n'


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
    assert behind.apply(BOTH).stderr == OVERTAKEN
    assert descriptions(behind) == {"two": "new"}


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
    for _ in range(3):
        front.once("POST", losing_the_request)
    result = behind.apply(BOTH)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "1 of 2 done")
    assert result.stderr.startswith(f"Error: No answer from {front.url}/v2.0: ")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(200, {}, b"<html>"), " is no Monasca Events API: its answer is not JSON"),
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


def test_a_fault_of_the_service_is_told_with_the_id_to_ask_for(front: Front) -> None:
    body = b'{"title": "Internal Server Error", "description": "It failed", "request_id": "req-1"}'
    front.once("GET", lambda _method, _pass_on: Answer(500, {}, body))
    assert command_line("export", "--url", front.url).stderr == "Error: It failed (500, req-1)\n"


@pytest.mark.parametrize("url", ["localhost:8072", "ftp://localhost"])
def test_a_url_that_is_none_is_a_wrong_command_line(url: str) -> None:
    assert command_line("export", "--url", url).exit_code == 2


def test_a_url_is_needed() -> None:
    result = command_line("export")
    assert (result.exit_code, "--url" in result.stderr) == (2, True)
