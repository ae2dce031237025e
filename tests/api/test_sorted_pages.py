"""Lists in another order, counted, and with OpenStack's own word for the offset (the OpenStack API guidelines)."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from api.examples import NEVER_USED, stream_definition, transform
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant, next_link, refusal

KINDS = pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)])
LISTS = pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
ORDERS = pytest.mark.parametrize(
    "order", [f"{key}{direction}" for key in ("created_at", "name", "updated_at") for direction in ("", ":desc")]
)
Body = Callable[..., dict[str, Any]]
NAMES = ["b", "a", "B", "é", "Z", "a ", "🎉", "ß", "10", "9", "e"]


def names(page: dict[str, Any]) -> list[str]:
    return [each["name"] for each in page["elements"]]


def walk(api: Tenant, start: str, between: Callable[[dict[str, Any]], None] = lambda _page: None) -> list[str]:
    page = api.get(start).json()
    seen = names(page)
    while target := next_link(page):
        between(page)
        page = api.follow(target).json()
        seen += names(page)
    return seen


def named(api: Tenant, path: str, body: Body, wanted: list[str]) -> dict[str, str]:
    return {name: api.create(path, body(name=name))["id"] for name in wanted}


def change_later(api: Tenant, target: str, other: str) -> None:
    """Change a definition in a later second than *other* was changed in: *updated_at* is no more exact."""
    last = api.get(other).json()["updated_at"]
    deadline = time.monotonic() + 5
    while api.patch(target, json={"description": f"{time.monotonic()}"}).json()["updated_at"] == last:
        assert time.monotonic() < deadline


@KINDS
def test_names_are_sorted_by_their_characters_on_every_database(api: Tenant, path: str, body: Body) -> None:
    named(api, path, body, NAMES)
    assert walk(api, f"{path}?sort=name&limit=2") == sorted(NAMES)


@KINDS
@pytest.mark.parametrize("key", ["created_at", "name", "updated_at"])
def test_the_direction_turns_the_order_around(api: Tenant, path: str, body: Body, key: str) -> None:
    named(api, path, body, NAMES)
    upwards = walk(api, f"{path}?sort={key}:asc&limit=3")
    assert (walk(api, f"{path}?sort={key}:desc&limit=3"), names(api.get(f"{path}?sort={key}").json())) == (
        upwards[::-1],
        upwards,
    )


@KINDS
def test_sorted_by_creation_is_the_order_that_a_list_has_anyway(api: Tenant, path: str, body: Body) -> None:
    named(api, path, body, NAMES)
    assert walk(api, f"{path}?sort=created_at") == NAMES


@KINDS
def test_what_changed_last_comes_last_by_update(api: Tenant, path: str, body: Body) -> None:
    ids = named(api, path, body, ["a", "b", "c"])
    change_later(api, f"{path}/{ids['a']}", f"{path}/{ids['c']}")
    assert walk(api, f"{path}?sort=updated_at&limit=1") == ["b", "c", "a"]


@KINDS
@ORDERS
def test_a_sorted_walk_shows_what_existed_throughout_exactly_once(
    api: Tenant, path: str, body: Body, order: str
) -> None:
    """Each page is deleted behind the walk, and others are created before and behind it."""
    throughout = [f"{number}" for number in range(10, 20)]
    named(api, path, body, throughout)
    made = iter(range(100))

    def disturb(page: dict[str, Any]) -> None:
        for each in page["elements"]:
            api.delete(f"{path}/{each['id']}")
        number = next(made)
        named(api, path, body, [f"0 {number}", f"a {number}"])

    seen = walk(api, f"{path}?sort={order}&limit=3", disturb)
    assert ([each for each in seen if each in throughout], len(set(seen))) == (
        throughout[::-1] if ":desc" in order else throughout,
        len(seen),
    )


@KINDS
@pytest.mark.parametrize(("order", "moved"), [("name", "z"), ("name:desc", "0")])
def test_a_walk_goes_on_where_it_was_when_the_last_one_shown_is_renamed(
    api: Tenant, path: str, body: Body, order: str, moved: str
) -> None:
    wanted = sorted(named(api, path, body, ["a", "b", "c"]), reverse=":desc" in order)
    page = api.get(f"{path}?sort={order}&limit=1").json()
    api.patch(f"{path}/{page['elements'][0]['id']}", json={"name": moved})
    target = next_link(page)
    assert target is not None
    assert names(page) + names(api.follow(target.replace("limit=1", "limit=2")).json()) == wanted


@KINDS
def test_a_walk_by_update_goes_on_where_it_was_when_the_last_one_shown_is_changed(
    api: Tenant, path: str, body: Body
) -> None:
    ids = named(api, path, body, ["a", "b", "c"])
    target = next_link(api.get(f"{path}?sort=updated_at&limit=1").json())
    assert target is not None
    change_later(api, f"{path}/{ids['a']}", f"{path}/{ids['c']}")
    assert names(api.follow(target.replace("limit=1", "limit=3")).json()) == ["b", "c", "a"]


@KINDS
@ORDERS
def test_a_deleted_offset_still_works_in_every_order(api: Tenant, path: str, body: Body, order: str) -> None:
    ids = named(api, path, body, ["a", "b", "c"])
    api.delete(f"{path}/{ids['b']}")
    wanted = ["a"] if ":desc" in order else ["c"]
    assert names(api.get(f"{path}?sort={order}&offset={ids['b']}").json()) == wanted


@KINDS
def test_the_next_link_keeps_order_count_and_filter(api: Tenant, path: str, body: Body) -> None:
    named(api, path, body, ["a", "b"])
    target = next_link(api.get(f"{path}?limit=1&sort=name:desc&with_count=true").json())
    assert target is not None
    kept = {"limit=1", "sort=name%3Adesc", "with_count=true", f"tenant_id={api.id}"}
    assert kept < set(target.split("?")[1].split("&"))


def test_a_sorted_list_can_be_filtered(api: Tenant) -> None:
    for name in ("c", "a", "b"):
        api.create(TRANSFORMS, transform(name=name, enabled=name != "b"))
    assert walk(api, f"{TRANSFORMS}?sort=name&enabled=true&limit=1") == ["a", "c"]


@LISTS
@pytest.mark.parametrize("order", ["", "id", "name:", "name:up", "Name", "name,created_at", ":desc", "name:desc:asc"])
def test_another_order_is_400(api: Tenant, path: str, order: str) -> None:
    wanted = "Must be one of created_at, name, updated_at, perhaps with :asc or :desc behind it"
    assert refusal(api.get(f"{path}?sort={order}")) == (400, [("sort", wanted)])


@LISTS
@pytest.mark.parametrize("query", ["sort=name", "sort=created_at&marker={0}", "offset={0}", "sort=colour&offset={0}"])
def test_a_value_of_an_offset_needs_an_offset_and_an_order_of_what_changes(api: Tenant, path: str, query: str) -> None:
    _, faults = refusal(api.get(f"{path}?offset_value=1&{query.format(NEVER_USED)}"))
    assert ("offset_value", "Needs offset or marker, and sort by name or updated_at") in faults


@LISTS
@pytest.mark.parametrize("value", ["", "yesterday", "-1", "9" * 19])
def test_the_value_of_an_offset_by_update_is_a_number(api: Tenant, path: str, value: str) -> None:
    answer = api.get(f"{path}?sort=updated_at&offset={NEVER_USED}&offset_value={value}")
    assert refusal(answer) == (400, [("offset_value", f"Must be an integer from 0 to {10**18 - 1}")])


@KINDS
def test_the_count_is_of_all_pages(api: Tenant, path: str, body: Body) -> None:
    named(api, path, body, ["a", "b", "c"])
    page = api.get(f"{path}?with_count=true&limit=1").json()
    assert (page["count"], len(page["elements"])) == (3, 1)


def test_the_count_is_of_what_the_filters_choose(api: Tenant) -> None:
    for number in range(5):
        api.create(TRANSFORMS, transform(enabled=number < 2))
    assert api.get(f"{TRANSFORMS}?with_count=true&enabled=true").json()["count"] == 2


@LISTS
@pytest.mark.parametrize("query", ["", "?with_count=false"])
def test_nothing_is_counted_unasked(api: Tenant, path: str, query: str) -> None:
    assert "count" not in api.get(f"{path}{query}").json()


@LISTS
def test_whether_to_count_is_true_or_false(api: Tenant, path: str) -> None:
    assert refusal(api.get(f"{path}?with_count=yes")) == (400, [("with_count", "Must be true or false")])


@KINDS
def test_a_marker_is_an_offset_and_stays_one(api: Tenant, path: str, body: Body) -> None:
    ids = named(api, path, body, ["a", "b", "c"])
    page = api.get(f"{path}?marker={ids['a']}&limit=1").json()
    target = next_link(page)
    assert target is not None
    assert (names(page), f"marker={ids['b']}" in target, "offset" in target) == (["b"], True, False)


@LISTS
def test_a_marker_that_was_never_an_id_is_400(api: Tenant, path: str) -> None:
    status, ((name, _),) = refusal(api.get(f"{path}?marker={NEVER_USED}"))
    assert (status, name) == (400, "marker")


@KINDS
def test_offset_and_marker_together_are_400(api: Tenant, path: str, body: Body) -> None:
    (identifier,) = named(api, path, body, ["a"]).values()
    answer = api.get(f"{path}?marker={identifier}&offset={identifier}")
    assert refusal(answer) == (400, [("marker", "Stands beside offset: only one of them may")])
