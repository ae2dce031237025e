"""``/v2.0/transforms``: what is created, shown, replaced, changed and deleted (contract 1.3 and 1.4)."""

import time

import pytest

from api.examples import NEVER_USED, transform, without
from api.running_service import TRANSFORMS, Tenant

SET_BY_THE_SERVICE = {"id", "tenant_id", "deleted_at", "created_at", "updated_at", "links"}


def settable(shown: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in shown.items() if name not in SET_BY_THE_SERVICE}


def test_a_created_one_answers_200_with_all_that_was_sent(api: Tenant) -> None:
    body = transform()
    answer = api.post_json(TRANSFORMS, body)
    assert (answer.status_code, settable(answer.json())) == (200, body)


def test_a_created_one_says_where_it_is(api: Tenant) -> None:
    answer = api.post_json(TRANSFORMS, transform())
    assert answer.headers["Location"] == f"{api.service.url}{TRANSFORMS}/{answer.json()['id']}"


def test_it_is_not_enabled_unless_that_is_asked_for(api: Tenant) -> None:
    assert api.create(TRANSFORMS, without(transform(), "enabled"))["enabled"] is False


def test_its_description_may_be_left_out(api: Tenant) -> None:
    assert api.create(TRANSFORMS, without(transform(), "description"))["description"] == ""


def test_its_tenant_is_shown(api: Tenant) -> None:
    assert api.create(TRANSFORMS, transform())["tenant_id"] == api.id


def test_its_times_are_whole_seconds_since_the_epoch(api: Tenant) -> None:
    shown = api.create(TRANSFORMS, transform())
    assert type(shown["created_at"]) is int
    assert abs(shown["created_at"] - time.time()) < 60


def test_a_new_one_was_updated_when_it_was_created(api: Tenant) -> None:
    shown = api.create(TRANSFORMS, transform())
    assert shown["updated_at"] == shown["created_at"]


def test_it_was_never_deleted(api: Tenant) -> None:
    assert api.create(TRANSFORMS, transform())["deleted_at"] is None


def test_it_is_shown_as_its_creation_showed_it(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    assert api.get(f"{TRANSFORMS}/{created['id']}").json() == created


def test_the_list_shows_it_as_its_creation_showed_it(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    assert api.get(TRANSFORMS).json()["elements"] == [created]


def test_its_self_link_leads_to_it(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    assert created["links"] == [{"rel": "self", "href": f"{api.service.url}{TRANSFORMS}/{created['id']}"}]


def test_a_taken_name_is_409(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    assert api.post_json(TRANSFORMS, transform(name=created["name"])).status_code == 409


def test_another_tenant_may_use_the_same_name(api: Tenant, other_tenant: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    assert other_tenant.post_json(TRANSFORMS, transform(name=created["name"])).status_code == 200


def test_put_replaces_all_that_a_client_may_set(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    body = transform(description="", enabled=False)
    answer = api.put(f"{TRANSFORMS}/{created['id']}", json=body)
    assert (answer.status_code, settable(answer.json())) == (200, body)


def test_put_gives_a_missing_optional_field_its_default(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    body = without(without(transform(), "description"), "enabled")
    shown = api.put(f"{TRANSFORMS}/{created['id']}", json=body).json()
    assert settable(shown) == {**body, "description": "", "enabled": False}


def test_patch_changes_only_what_it_names(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    changed = api.patch(f"{TRANSFORMS}/{created['id']}", json={"enabled": False}).json()
    assert settable(changed) == {**settable(created), "enabled": False}


def test_patch_with_null_gives_an_optional_field_its_default(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    changed = api.patch(f"{TRANSFORMS}/{created['id']}", json={"enabled": None, "description": None}).json()
    assert (changed["enabled"], changed["description"]) == (False, "")


def test_patch_with_null_cannot_remove_a_required_field(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    answer = api.patch(f"{TRANSFORMS}/{created['id']}", json={"specification": None})
    assert (answer.status_code, answer.json()["description"]) == (400, "specification: Required")


def test_what_a_client_got_it_can_send_back(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    assert api.put(f"{TRANSFORMS}/{created['id']}", json=created).json() == created


def test_what_the_service_sets_cannot_be_set(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    sent = {"id": 1, "tenant_id": "theirs", "deleted_at": 5, "created_at": "", "updated_at": [], "links": None}
    assert api.patch(f"{TRANSFORMS}/{created['id']}", json=sent).json() == created


def test_a_deleted_one_answers_204_with_nothing(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    answer = api.delete(f"{TRANSFORMS}/{created['id']}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_deleted_one_is_gone(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())
    api.delete(f"{TRANSFORMS}/{created['id']}")
    assert (api.get(f"{TRANSFORMS}/{created['id']}").status_code, api.all(TRANSFORMS)) == (404, [])


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"colour": 1}'])
def test_what_is_not_there_is_404_whatever_the_body(api: Tenant, method: str, body: bytes) -> None:
    assert api.request(method, f"{TRANSFORMS}/{NEVER_USED}", content=body).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n- event_type: a  # and another\n  traits: {}\n",
        "---\n- {event_type: a, traits: {}}\n...\n",
        "- event_type: a\r\n  traits: {}",
    ],
)
def test_the_specification_comes_back_as_the_text_that_was_sent(api: Tenant, text: str) -> None:
    created = api.create(TRANSFORMS, transform(specification=text))
    assert api.get(f"{TRANSFORMS}/{created['id']}").json()["specification"] == text
