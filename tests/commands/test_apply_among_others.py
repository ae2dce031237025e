"""``apply`` while others change the same definitions, or answers get lost."""

import json
from collections.abc import Callable, Sequence

import pytest

from api.examples import transform
from api.running_service import TRANSFORMS
from commands.front import Answer, Front, PassOn, giving, losing_the_answer, losing_the_request, unavailable
from commands.tenant import TenantOfCommands

pytestmark = pytest.mark.usefixtures("waits")
ONE = "- {name: %s, enabled: true, description: %s, specification: [{event_type: x, traits: {}}]}\n"
BOTH = "transforms:\n" + ONE % ("one", "new") + ONE % ("two", "new")
OVERTAKEN = 'Error: transform "one": Somebody else has changed it meanwhile: it is left as it is\n'
GONE = 'Error: transform "one": Somebody else has removed it meanwhile: it is gone\n'


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


def passing_on(_method: str, pass_on: PassOn) -> Answer:
    return pass_on()


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


def test_a_service_that_ends_in_the_middle_is_told_with_what_is_done(behind: TenantOfCommands, front: Front) -> None:
    front.once("POST", lambda _method, pass_on: pass_on())
    for _ in range(100):
        front.once("POST", losing_the_request)
    result = behind.apply(BOTH)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "1 of 2 done")
    assert result.stderr.startswith(f"Error: No answer from {front.url}/v2.0: ")
