"""``/v2.0/stream-definitions``: what is created, shown, replaced, changed and deleted (contract 1.2 and 1.4)."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from api.examples import NEVER_USED, least_stream_definition, stream_definition, without
from api.running_service import STREAM_DEFINITIONS, Tenant, refusal

SET_BY_THE_SERVICE = {"id", "created_at", "updated_at", "links"}
DEFAULTS = {"description": "", "fire_actions": [], "expire_actions": [], "actions_enabled": True}


def settable(shown: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in shown.items() if name not in SET_BY_THE_SERVICE}


def test_a_created_one_answers_201_with_all_that_was_sent(api: Tenant) -> None:
    body = stream_definition()
    answer = api.post_json(STREAM_DEFINITIONS, body)
    assert (answer.status_code, settable(answer.json())) == (201, body)


def test_a_created_one_says_where_it_is(api: Tenant) -> None:
    answer = api.post_json(STREAM_DEFINITIONS, stream_definition())
    assert answer.headers["Location"] == f"{api.service.url}{STREAM_DEFINITIONS}/{answer.json()['id']}"


def test_what_is_left_out_takes_its_default(api: Tenant) -> None:
    body = least_stream_definition()
    assert settable(api.create(STREAM_DEFINITIONS, body)) == {**body, **DEFAULTS}


def test_its_id_is_a_uuid(api: Tenant) -> None:
    shown = api.create(STREAM_DEFINITIONS, stream_definition())
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", shown["id"])


def test_its_times_are_utc_without_a_zone(api: Tenant) -> None:
    shown = api.create(STREAM_DEFINITIONS, stream_definition())
    created = datetime.strptime(shown["created_at"], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)


def test_a_new_one_was_updated_when_it_was_created(api: Tenant) -> None:
    shown = api.create(STREAM_DEFINITIONS, stream_definition())
    assert shown["updated_at"] == shown["created_at"]


def test_its_tenant_is_not_shown(api: Tenant) -> None:
    assert "tenant_id" not in api.create(STREAM_DEFINITIONS, stream_definition())


def test_the_trait_that_the_service_adds_is_not_shown(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert "_tenant_id" not in api.get(f"{STREAM_DEFINITIONS}/{created['id']}").text


def test_it_is_shown_as_its_creation_showed_it(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert api.get(f"{STREAM_DEFINITIONS}/{created['id']}").json() == created


def test_the_list_shows_it_as_its_creation_showed_it(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert api.get(STREAM_DEFINITIONS).json()["elements"] == [created]


def test_its_self_link_leads_to_it(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert created["links"] == [{"rel": "self", "href": f"{api.service.url}{STREAM_DEFINITIONS}/{created['id']}"}]


def test_a_taken_name_is_409(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert api.post_json(STREAM_DEFINITIONS, stream_definition(name=created["name"])).status_code == 409


def test_a_name_is_free_again_once_its_definition_is_deleted(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    api.delete(f"{STREAM_DEFINITIONS}/{created['id']}")
    assert api.post_json(STREAM_DEFINITIONS, stream_definition(name=created["name"])).status_code == 201


def test_another_tenant_may_use_the_same_name(api: Tenant, other_tenant: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert other_tenant.post_json(STREAM_DEFINITIONS, stream_definition(name=created["name"])).status_code == 201


def test_a_change_cannot_take_the_name_of_another_definition(api: Tenant) -> None:
    first, second = (api.create(STREAM_DEFINITIONS, stream_definition()) for _ in range(2))
    answer = api.patch(f"{STREAM_DEFINITIONS}/{second['id']}", json={"name": first["name"]})
    assert answer.status_code == 409


def test_put_replaces_all_that_a_client_may_set(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    body = stream_definition(group_by=["host", "disk"], expiration=0, actions_enabled=True)
    answer = api.put(f"{STREAM_DEFINITIONS}/{created['id']}", json=body)
    assert (answer.status_code, settable(answer.json())) == (200, body)


def test_put_gives_a_missing_optional_field_its_default(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    body = least_stream_definition()
    assert settable(api.put(f"{STREAM_DEFINITIONS}/{created['id']}", json=body).json()) == {**body, **DEFAULTS}


def test_put_needs_every_required_field(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    answer = api.put(f"{STREAM_DEFINITIONS}/{created['id']}", json=without(stream_definition(), "select"))
    assert (answer.status_code, answer.json()["description"]) == (400, "select: Required")


def test_patch_changes_only_what_it_names(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    changed = api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json={"expiration": 1}).json()
    assert settable(changed) == {**settable(created), "expiration": 1}


def test_patch_with_null_gives_an_optional_field_its_default(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    changed = api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json=dict.fromkeys(DEFAULTS)).json()
    assert settable(changed) == {**settable(created), **DEFAULTS}


def test_patch_with_null_cannot_remove_a_required_field(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    answer = api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json={"select": None})
    assert (answer.status_code, answer.json()["description"]) == (400, "select: Required")


def test_patch_replaces_a_list_whole(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition(group_by=["host", "disk"]))
    changed = api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json={"group_by": ["rack"]}).json()
    assert changed["group_by"] == ["rack"]


def test_patch_keeps_a_null_inside_a_list(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    select = [{"event_type": "*", "traits": {"severity": None}}]
    changed = api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json={"select": select}).json()
    assert changed["select"] == select


def test_patch_checks_the_whole_it_results_in(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    answer = api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json={"group_by": ["a", "a"]})
    assert refusal(answer) == (400, [("group_by.1", "Stands there twice")])


@pytest.mark.parametrize("body", ["[]", '"name"', "1", "null", "true"])
def test_a_patch_that_is_no_object_is_400(api: Tenant, body: str) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    answer = api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", content=body)
    assert (answer.status_code, answer.json()["description"]) == (400, "Must be an object")


@pytest.mark.parametrize("content_type", ["application/json", "application/merge-patch+json"])
def test_patch_takes_both_content_types(api: Tenant, content_type: str) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    path = f"{STREAM_DEFINITIONS}/{created['id']}"
    answer = api.patch(path, content=b'{"expiration": 7}', headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["expiration"]) == (200, 7)


def test_what_a_client_got_it_can_send_back(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    assert api.put(f"{STREAM_DEFINITIONS}/{created['id']}", json=created).json() == created


def test_what_the_service_sets_cannot_be_set(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    sent = {"id": "mine", "tenant_id": "theirs", "created_at": 5, "updated_at": [], "links": {"a": None}}
    assert api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json=sent).json() == created


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_is_there_at_the_next_look(api: Tenant, method: str) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    path = f"{STREAM_DEFINITIONS}/{created['id']}"
    changed = api.request(method, path, json={**created, "description": "changed"}).json()
    assert api.get(path).json() == changed


def test_numbers_kinds_make_a_difference(api: Tenant) -> None:
    select = [{"event_type": "*", "traits": {"size": 1}}]
    created = api.create(STREAM_DEFINITIONS, stream_definition(select=select))
    select = [{"event_type": "*", "traits": {"size": True}}]
    changed = api.patch(f"{STREAM_DEFINITIONS}/{created['id']}", json={"select": select})
    assert changed.json()["select"][0]["traits"]["size"] is True


def test_a_deleted_one_answers_204_with_nothing(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    answer = api.delete(f"{STREAM_DEFINITIONS}/{created['id']}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_deleted_one_is_gone(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    api.delete(f"{STREAM_DEFINITIONS}/{created['id']}")
    assert api.get(f"{STREAM_DEFINITIONS}/{created['id']}").status_code == 404


def test_a_deleted_one_cannot_be_deleted_again(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, stream_definition())
    api.delete(f"{STREAM_DEFINITIONS}/{created['id']}")
    assert api.delete(f"{STREAM_DEFINITIONS}/{created['id']}").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"colour": 1}'])
def test_what_is_not_there_is_404_whatever_the_body(api: Tenant, method: str, body: bytes) -> None:
    assert api.request(method, f"{STREAM_DEFINITIONS}/{NEVER_USED}", content=body).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_is_not_there_is_404_whatever_the_header(api: Tenant, method: str) -> None:
    headers = {"If-Match": '"1"', "Content-Type": "text/plain"}
    answer = api.request(method, f"{STREAM_DEFINITIONS}/{NEVER_USED}", headers=headers, content=b"x")
    assert answer.status_code == 404
