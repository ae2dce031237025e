"""What a change announces, read back from the development publisher's files (contract 2 and 3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from api.examples import SPECIFICATION, least_stream_definition, stream_definition, transform
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant
from api.topics import Record

KINDS = {
    "stream definition": (STREAM_DEFINITIONS, stream_definition, "stream-definitions", "stream-definition"),
    "transform": (TRANSFORMS, transform, "transform-definitions", "transform"),
}
EACH_KIND = pytest.mark.parametrize("kind", KINDS)
DEFAULTS = {"description": "", "fire_actions": [], "expire_actions": [], "actions_enabled": True}
TENANT_TRAIT = {"_tenant_id": {"fields": "_tenant_id"}}


def stream_records(api: Tenant) -> list[Record]:
    return api.announced("stream-definitions")


def transform_records(api: Tenant) -> list[Record]:
    return api.announced("transform-definitions")


def published(api: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """Return *body* as the value of a record has it."""
    select = [{**each, "traits": {**each.get("traits", {}), "_tenant_id": api.id}} for each in body["select"]]
    return {**body, "select": select}


def test_a_created_stream_definition_is_announced_with_all_its_fields(api: Tenant) -> None:
    body = stream_definition()
    identity = {"tenant_id": api.id, "stream_definition_id": api.create(STREAM_DEFINITIONS, body)["id"]}
    assert [each.value for each in stream_records(api)] == [
        {"stream-definition-created": {**identity, **published(api, body)}}
    ]


def test_defaults_are_announced(api: Tenant) -> None:
    api.create(STREAM_DEFINITIONS, least_stream_definition())
    (record,) = stream_records(api)
    value = record.value["stream-definition-created"]
    assert {name: value[name] for name in DEFAULTS} == DEFAULTS


def test_every_select_gets_the_tenant_as_a_trait(api: Tenant) -> None:
    api.create(STREAM_DEFINITIONS, stream_definition(select=[{"event_type": "a"}, {"event_type": "b", "traits": {}}]))
    (record,) = stream_records(api)
    select = record.value["stream-definition-created"]["select"]
    assert [each["traits"] for each in select] == [{"_tenant_id": api.id}] * 2


def test_fire_criteria_get_no_trait(api: Tenant) -> None:
    body = stream_definition()
    api.create(STREAM_DEFINITIONS, body)
    (record,) = stream_records(api)
    assert record.value["stream-definition-created"]["fire_criteria"] == body["fire_criteria"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_update_is_announced_as_deleted_with_the_old_name_then_created(api: Tenant, method: str) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    body = stream_definition()
    api.request(method, f"{STREAM_DEFINITIONS}/{created['id']}", json=body)
    identity = {"tenant_id": api.id, "stream_definition_id": created["id"]}
    assert [each.value for each in stream_records(api)[1:]] == [
        {"stream-definition-deleted": {**identity, "name": created["name"]}},
        {"stream-definition-created": {**identity, **published(api, body)}},
    ]


def test_both_words_of_an_update_bear_its_type_and_its_revision(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json={"expiration": 1})
    assert [(each.headers["type"], each.headers["revision"]) for each in stream_records(api)] == [
        ("stream-definition-created", "1"),
        ("stream-definition-updated", "2"),
        ("stream-definition-updated", "2"),
    ]


def test_a_deleted_stream_definition_is_announced_with_its_name(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    api.delete(f"{STREAM_DEFINITIONS}/{created['id']}")
    assert stream_records(api)[-1].value == {
        "stream-definition-deleted": {
            "tenant_id": api.id,
            "stream_definition_id": created["id"],
            "name": created["name"],
        }
    }


def test_a_created_transform_is_announced_with_all_its_fields(api: Tenant) -> None:
    body = transform()
    created = api.create(TRANSFORMS, body)
    (record,) = transform_records(api)
    definition = record.value["transform_definition"]
    assert {**definition, "specification": SPECIFICATION} == body
    assert (record.value["tenant_id"], record.value["transform_id"]) == (api.id, created["id"])


def test_a_transform_has_no_more_keys_than_in_2015(api: Tenant) -> None:
    api.create(TRANSFORMS, transform())
    (record,) = transform_records(api)
    assert record.value.keys() == {"transform_definition", "tenant_id", "transform_id"}
    assert record.value["transform_definition"].keys() == {"name", "description", "specification", "enabled"}


def test_the_announced_specification_has_the_tenant_in_every_event_definition(api: Tenant) -> None:
    text = SPECIFICATION + "- {event_type: [b, '!c'], traits: {}}\n"
    api.create(TRANSFORMS, transform(specification=text))
    (record,) = transform_records(api)
    announced = yaml.safe_load(record.value["transform_definition"]["specification"])
    wanted = [{**each, "traits": {**each["traits"], **TENANT_TRAIT}} for each in yaml.safe_load(text)]
    assert announced == wanted


def test_a_specification_with_anchors_and_merges_is_announced_with_the_same_meaning(api: Tenant) -> None:
    text = (
        "- {event_type: a, traits: &t {x: {fields: x}}}\n"
        "- {event_type: b, traits: {<<: *t, y: {fields: \"'größe🎉'\"}}}\n"
    )
    api.create(TRANSFORMS, transform(specification=text))
    (record,) = transform_records(api)
    announced = yaml.safe_load(record.value["transform_definition"]["specification"])
    wanted = [{**each, "traits": {**each["traits"], **TENANT_TRAIT}} for each in yaml.safe_load(text)]
    assert announced == wanted


def test_a_json_list_is_announced_as_text(api: Tenant) -> None:
    api.create(TRANSFORMS, transform(specification=yaml.safe_load(SPECIFICATION)))
    (record,) = transform_records(api)
    assert isinstance(record.value["transform_definition"]["specification"], str)


def test_an_updated_transform_is_announced_once_as_it_is_now(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    api.patch(f"{TRANSFORMS}/{created['id']}", json={"enabled": False, "name": "new"})
    _, record = transform_records(api)
    definition = record.value["transform_definition"]
    assert (definition["name"], definition["enabled"], record.headers["type"]) == ("new", False, "transform-updated")


def test_a_deleted_transform_is_announced_with_an_empty_list(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    api.delete(f"{TRANSFORMS}/{created['id']}")
    value = {"transform_definition": [], "tenant_id": api.id, "transform_id": created["id"]}
    assert transform_records(api)[-1].value == value


@EACH_KIND
def test_the_key_is_the_definitions_id(api: Tenant, kind: str) -> None:
    path, body, topic, _ = KINDS[kind]
    identifier = api.create(path, body())["id"]
    api.patch(f"{path}/{identifier}", json={"description": "new"})
    api.delete(f"{path}/{identifier}")
    assert {record.key for record in api.announced(topic)} == {identifier}


@EACH_KIND
def test_the_type_says_what_has_happened(api: Tenant, kind: str) -> None:
    path, body, topic, word = KINDS[kind]
    identifier = api.create(path, body())["id"]
    api.patch(f"{path}/{identifier}", json={"description": "new"})
    api.delete(f"{path}/{identifier}")
    types = list(dict.fromkeys(record.headers["type"] for record in api.announced(topic)))
    assert types == [f"{word}-created", f"{word}-updated", f"{word}-deleted"]


@EACH_KIND
def test_the_revisions_count_from_one_to_the_deletion(api: Tenant, kind: str) -> None:
    path, body, topic, _ = KINDS[kind]
    identifier = api.create(path, body())["id"]
    for text in "ab":
        api.patch(f"{path}/{identifier}", json={"description": text})
    api.delete(f"{path}/{identifier}")
    revisions = list(dict.fromkeys(record.headers["revision"] for record in api.announced(topic)))
    assert revisions == ["1", "2", "3", "4"]


@EACH_KIND
def test_every_record_has_an_id_of_its_own(api: Tenant, kind: str) -> None:
    path, body, topic, _ = KINDS[kind]
    identifier = api.create(path, body())["id"]
    api.patch(f"{path}/{identifier}", json={"description": "new"})
    ids = [record.headers["id"] for record in api.announced(topic)]
    assert len(ids) == len(set(ids))


@EACH_KIND
def test_the_request_id_is_that_of_the_answer(api: Tenant, kind: str) -> None:
    path, body, topic, _ = KINDS[kind]
    answer = api.post_json(path, body())
    (record,) = api.announced(topic)
    assert record.headers["request_id"] == answer.headers["X-OpenStack-Request-ID"]


@EACH_KIND
def test_the_time_is_utc(api: Tenant, kind: str) -> None:
    path, body, topic, _ = KINDS[kind]
    api.create(path, body())
    (record,) = api.announced(topic)
    time = datetime.fromisoformat(record.headers["time"])
    assert time.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - time) < timedelta(minutes=1)


@EACH_KIND
def test_there_are_no_other_headers(api: Tenant, kind: str) -> None:
    path, body, topic, _ = KINDS[kind]
    api.create(path, body())
    (record,) = api.announced(topic)
    assert record.headers.keys() == {"id", "type", "time", "request_id", "revision"}


@EACH_KIND
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_that_changes_nothing_announces_nothing(api: Tenant, kind: str, method: str) -> None:
    path, body, topic, _ = KINDS[kind]
    created = api.create(path, body())
    api.request(method, f"{path}/{created['id']}", json=created)
    assert len(api.announced(topic)) == 1


@EACH_KIND
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_that_changes_nothing_answers_200_and_keeps_all(api: Tenant, kind: str, method: str) -> None:
    path, body, _, _ = KINDS[kind]
    created = api.create(path, body())
    answer = api.request(method, f"{path}/{created['id']}", json=created)
    assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (200, created, '"1"')


@EACH_KIND
def test_a_refused_change_announces_nothing(api: Tenant, kind: str) -> None:
    path, body, topic, _ = KINDS[kind]
    created, other = api.create(path, body()), api.create(path, body())
    api.patch(f"{path}/{created['id']}", json={"name": other["name"]})
    api.patch(f"{path}/{created['id']}", json={"name": 5})
    api.post_json(path, body(name=other["name"]))
    assert len(api.announced(topic)) == 2


def test_what_another_process_announces_is_announced_too(tight: Tenant) -> None:
    tight.create(TRANSFORMS, transform())
    assert len(transform_records(tight)) == 1
