"""Every field of both kinds of definition: its JSON type, its length, its range (contract 1.2 to 1.4)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from api.examples import SPECIFICATION, stream_definition, transform, without
from api.one_database import on_sqlite
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant, refusal

EMOJI = "🎉"
Body = Callable[..., dict[str, Any]]

KINDS = {"stream definition": (STREAM_DEFINITIONS, stream_definition), "transform": (TRANSFORMS, transform)}
VALUES = {
    "a string": '"3000"',
    "an integer": "1",
    "a number with a point": "3000.0",
    "a number with an exponent": "3e3",
    "a boolean": "true",
    "null": "null",
    "a list": "[1]",
    "an object": "{}",
}
TAKEN = {  # field: what it says of what it does not take, and which of VALUES it takes as far as kinds go
    "stream definition": {
        "name": ("Must be a string", {"a string"}),
        "description": ("Must be a string", {"a string"}),
        "select": ("Must be a list", {"a list"}),
        "group_by": ("Must be a list", {"a list"}),
        "fire_criteria": ("Must be a list", {"a list"}),
        "expiration": ("Must be an integer", {"an integer"}),
        "fire_actions": ("Must be a list", {"a list"}),
        "expire_actions": ("Must be a list", {"a list"}),
        "actions_enabled": ("Must be a boolean", {"a boolean"}),
    },
    "transform": {
        "name": ("Must be a string", {"a string"}),
        "description": ("Must be a string", {"a string"}),
        "specification": ("Must be a list of event definitions", {"a string", "a list"}),
        "enabled": ("Must be a boolean", {"a boolean"}),
    },
}
WRONG_KINDS = [
    pytest.param(kind, field, text, fault, id=f"{kind}-{field}-{what}")
    for kind, fields in TAKEN.items()
    for field, (fault, taken) in fields.items()
    for what, text in VALUES.items()
    if what not in taken
]
LENGTHS = [
    ("stream definition", "name", 140),
    ("stream definition", "description", 255),
    ("transform", "name", 64),
    ("transform", "description", 250),
]
REQUIRED = [
    *(("stream definition", field) for field in ("name", "select", "group_by", "fire_criteria", "expiration")),
    *(("transform", field) for field in ("name", "specification")),
]
WEEK = 604_800_000


def with_text(body: dict[str, Any], field: str, text: str) -> str:
    """Return *body* as JSON, with *text*, JSON itself, as the value of *field*."""
    members = json.dumps(without(body, field))[1:-1]
    return f'{{{members}, "{field}": {text}}}'


@on_sqlite
@pytest.mark.parametrize(("kind", "field", "text", "fault"), WRONG_KINDS)
def test_a_value_of_another_kind_is_refused(api: Tenant, kind: str, field: str, text: str, fault: str) -> None:
    path, body = KINDS[kind]
    assert refusal(api.post(path, content=with_text(body(), field, text))) == (400, [(field, fault)])


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_wrong_value_changes_nothing(api: Tenant, method: str) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    path = f"{STREAM_DEFINITIONS}/{created['id']}"
    api.request(method, path, json={**created, "description": "changed", "expiration": "3000"})
    assert api.get(path).json() == created


def test_what_is_refused_is_neither_stored_nor_announced(api: Tenant) -> None:
    for kind, field, text, _ in (case.values for case in WRONG_KINDS):
        path, body = KINDS[kind]
        api.post(path, content=with_text(body(), field, text))
    assert api.has_nothing()


@on_sqlite
@pytest.mark.parametrize(("kind", "field"), REQUIRED)
def test_a_required_field_that_is_missing_is_named(api: Tenant, kind: str, field: str) -> None:
    path, body = KINDS[kind]
    assert refusal(api.post_json(path, without(body(), field))) == (400, [(field, "Required")])


@pytest.mark.parametrize(("kind", "field", "longest"), LENGTHS)
@pytest.mark.parametrize("character", ["a", "é", EMOJI])
def test_a_text_may_be_as_long_as_its_limit_in_characters(
    api: Tenant, kind: str, field: str, longest: int, character: str
) -> None:
    path, body = KINDS[kind]
    created = api.create(path, body(**{field: character * longest}))
    assert api.get(f"{path}/{created['id']}").json()[field] == character * longest


@on_sqlite
@pytest.mark.parametrize(("kind", "field", "longest"), LENGTHS)
@pytest.mark.parametrize("character", ["a", EMOJI])
def test_a_text_one_character_longer_is_refused(
    api: Tenant, kind: str, field: str, longest: int, character: str
) -> None:
    path, body = KINDS[kind]
    answer = api.post_json(path, body(**{field: character * (longest + 1)}))
    assert refusal(answer) == (400, [(field, f"Longer than {longest} characters")])


@on_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_name_is_refused(api: Tenant, kind: str) -> None:
    path, body = KINDS[kind]
    assert refusal(api.post_json(path, body(name=""))) == (400, [("name", "Must not be empty")])


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_description_is_taken(api: Tenant, kind: str) -> None:
    path, body = KINDS[kind]
    assert api.create(path, body(description=""))["description"] == ""


@pytest.mark.parametrize("expiration", [0, WEEK])
def test_expiration_may_be_nothing_to_a_week(api: Tenant, expiration: int) -> None:
    assert api.create(STREAM_DEFINITIONS, stream_definition(expiration=expiration))["expiration"] == expiration


@on_sqlite
@pytest.mark.parametrize("expiration", [-1, WEEK + 1, 2**31, 2**63, -(2**63), 10**400])
def test_another_expiration_is_refused(api: Tenant, expiration: int) -> None:
    answer = api.post_json(STREAM_DEFINITIONS, stream_definition(expiration=expiration))
    assert refusal(answer) == (400, [("expiration", f"Must be from 0 to {WEEK}")])


@on_sqlite
@pytest.mark.parametrize("text", ["-0.0", "60000.0", "6e4", "0.5"])
def test_an_expiration_that_is_not_written_as_an_integer_is_refused(api: Tenant, text: str) -> None:
    answer = api.post(STREAM_DEFINITIONS, content=with_text(stream_definition(), "expiration", text))
    assert refusal(answer) == (400, [("expiration", "Must be an integer")])


@pytest.mark.parametrize("field", ["fire_actions", "expire_actions"])
def test_400_actions_are_taken(api: Tenant, field: str) -> None:
    actions = [f"action-{number}" for number in range(400)]
    assert api.create(STREAM_DEFINITIONS, stream_definition(**{field: actions}))[field] == actions


@on_sqlite
@pytest.mark.parametrize("field", ["fire_actions", "expire_actions"])
@pytest.mark.parametrize(
    ("actions", "fault"),
    [
        ([f"action-{number}" for number in range(401)], ("", "More than 400 items")),
        (["a", "b", "a"], (".2", "Stands there twice")),
        ([""], (".0", "Must not be empty")),
        (["a" * 37], (".0", "Longer than 36 characters")),
        ([EMOJI * 37], (".0", "Longer than 36 characters")),
        ([None], (".0", "Must be a string")),
        (["a", 5], (".1", "Must be a string")),
        ([["a"]], (".0", "Must be a string")),
    ],
)
def test_wrong_actions_are_refused(api: Tenant, field: str, actions: list[Any], fault: tuple[str, str]) -> None:
    place, description = fault
    answer = api.post_json(STREAM_DEFINITIONS, stream_definition(**{field: actions}))
    assert refusal(answer) == (400, [(field + place, description)])


def test_an_action_id_may_have_36_emoji(api: Tenant) -> None:
    shown = api.create(STREAM_DEFINITIONS, stream_definition(fire_actions=[EMOJI * 36]))
    assert shown["fire_actions"] == [EMOJI * 36]


def test_group_by_may_be_empty(api: Tenant) -> None:
    assert api.create(STREAM_DEFINITIONS, stream_definition(group_by=[]))["group_by"] == []


@on_sqlite
@pytest.mark.parametrize("field", ["select", "fire_criteria"])
def test_criteria_must_not_be_empty(api: Tenant, field: str) -> None:
    answer = api.post_json(STREAM_DEFINITIONS, stream_definition(**{field: []}))
    assert refusal(answer) == (400, [(field, "Must not be empty")])


@on_sqlite
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ["colour", "Name", "tenantId", "", "name ", EMOJI, "ETag", "revision", "_tenant_id"])
def test_an_unknown_key_is_named(api: Tenant, kind: str, key: str) -> None:
    path, body = KINDS[kind]
    assert refusal(api.post_json(path, body(**{key: 1}))) == (400, [(key, "Unknown key")])


@on_sqlite
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [None, 1])
def test_an_unknown_key_is_named_in_a_patch_also_with_null(api: Tenant, kind: str, value: Any) -> None:
    path, body = KINDS[kind]
    created = api.create(path, body())
    answer = api.patch(f"{path}/{created['id']}", json={"colour": value})
    assert refusal(answer) == (400, [("colour", "Unknown key")])


@on_sqlite
def test_what_only_a_transform_shows_is_unknown_to_a_stream_definition(api: Tenant) -> None:
    answer = api.post_json(STREAM_DEFINITIONS, stream_definition(deleted_at=None))
    assert refusal(answer) == (400, [("deleted_at", "Unknown key")])


@on_sqlite
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null", "true", "[{}]"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_that_is_no_object_is_refused(api: Tenant, kind: str, body: str, method: str) -> None:
    path, example = KINDS[kind]
    target = path if method == "POST" else f"{path}/{api.create(path, example())['id']}"
    assert refusal(api.request(method, target, content=body)) == (400, [("", "Must be an object")])


@on_sqlite
def test_every_fault_is_named_not_the_first_alone(api: Tenant) -> None:
    body = {"name": "", "select": [{"event_type": 5}], "group_by": [5], "expiration": -1, "colour": 1}
    status, faults = refusal(api.post_json(STREAM_DEFINITIONS, body))
    assert (status, sorted(faults)) == (
        400,
        [
            ("colour", "Unknown key"),
            ("expiration", f"Must be from 0 to {WEEK}"),
            ("fire_criteria", "Required"),
            ("group_by.0", "Must be a string"),
            ("name", "Must not be empty"),
            ("select.0.event_type", "Must be a string or a list of strings"),
        ],
    )


@on_sqlite
def test_of_very_many_faults_a_hundred_are_named(api: Tenant) -> None:
    status, faults = refusal(api.post_json(STREAM_DEFINITIONS, stream_definition(**{f"x{n}": n for n in range(500)})))
    assert (status, len(faults)) == (400, 100)


def test_a_specification_may_have_65536_characters(api: Tenant) -> None:
    text = SPECIFICATION + "#" + EMOJI * (65_536 - len(SPECIFICATION) - 1)
    created = api.create(TRANSFORMS, transform(specification=text))
    assert api.get(f"{TRANSFORMS}/{created['id']}").json()["specification"] == text


@on_sqlite
def test_a_specification_one_character_longer_is_refused(api: Tenant) -> None:
    text = SPECIFICATION + "#" * (65_537 - len(SPECIFICATION))
    answer = api.post_json(TRANSFORMS, transform(specification=text))
    assert refusal(answer) == (400, [("specification", "Longer than 65536 characters")])
