"""Lists: pages, their links, filters, and walks while others create and delete (contract 1.4)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from api.examples import NEVER_USED, stream_definition, transform
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant, next_link, refusal

KINDS = pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)])
Body = Callable[..., dict[str, Any]]
LISTS = pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])


def ids(page: dict[str, Any]) -> list[str]:
    return [each["id"] for each in page["elements"]]


def created(api: Tenant, path: str, body: Body, number: int) -> list[str]:
    return [api.create(path, body())["id"] for _ in range(number)]


@LISTS
def test_an_empty_list_is_a_page_without_elements(api: Tenant, path: str) -> None:
    links = [{"rel": "self", "href": f"{api.service.url}{path}"}]
    assert api.get(path).json() == {"links": links, "elements": []}


@KINDS
def test_the_order_is_by_creation(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 7)
    assert ids(api.get(path).json()) == wanted


@KINDS
def test_a_change_does_not_change_the_order(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 3)
    api.patch(f"{path}/{wanted[0]}", json={"description": "changed"})
    assert ids(api.get(path).json()) == wanted


@KINDS
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_page_has_as_many_as_were_asked_for(api: Tenant, path: str, body: Body, limit: int) -> None:
    wanted = created(api, path, body, 4)
    assert ids(api.get(f"{path}?limit={limit}").json()) == wanted[:limit]


@KINDS
def test_without_a_limit_a_page_has_at_most_fifty(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 51)
    assert ids(api.get(path).json()) == wanted[:50]


@KINDS
def test_there_is_no_next_page_after_exactly_a_full_one(api: Tenant, path: str, body: Body) -> None:
    created(api, path, body, 2)
    assert next_link(api.get(f"{path}?limit=2").json()) is None


@KINDS
def test_there_is_a_next_page_exactly_when_another_element_exists(api: Tenant, path: str, body: Body) -> None:
    created(api, path, body, 3)
    assert next_link(api.get(f"{path}?limit=2").json()) is not None


@KINDS
def test_the_next_link_leads_on(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 3)
    target = next_link(api.get(f"{path}?limit=2").json())
    assert target is not None
    assert ids(api.follow(target).json()) == wanted[2:]


@KINDS
def test_the_next_link_keeps_the_other_parameters(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 3)
    target = next_link(api.get(f"{path}?limit=1").json())
    assert target is not None
    query = set(target.partition("?")[2].split("&"))
    assert query == {"limit=1", f"offset={wanted[0]}", f"tenant_id={api.id}"}


def test_the_next_link_keeps_a_filter(api: Tenant) -> None:
    wanted = [api.create(TRANSFORMS, transform(enabled=index % 2 == 0))["id"] for index in range(6)]
    target = next_link(api.get(f"{TRANSFORMS}?enabled=true&limit=2").json())
    assert target is not None
    assert ids(api.follow(target).json()) == [wanted[4]]


@KINDS
def test_a_page_starts_after_the_offset(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 3)
    assert ids(api.get(f"{path}?offset={wanted[0]}").json()) == wanted[1:]


@KINDS
def test_the_page_after_the_last_one_is_empty(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 2)
    assert ids(api.get(f"{path}?offset={wanted[-1]}").json()) == []


@KINDS
def test_an_offset_that_was_deleted_since_still_works(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 3)
    api.delete(f"{path}/{wanted[1]}")
    assert ids(api.get(f"{path}?offset={wanted[1]}").json()) == wanted[2:]


@LISTS
@pytest.mark.parametrize(
    "offset", [NEVER_USED, "", "x", "0", "1", "%22%20or%201=1%20--", "'%20or%20''='", "%00", "🎉", "a" * 5000]
)
def test_an_offset_that_was_never_an_id_is_400(api: Tenant, path: str, offset: str) -> None:
    status, ((name, _),) = refusal(api.get(f"{path}?offset={offset}"))
    assert (status, name) == (400, "offset")


@KINDS
def test_another_tenants_id_is_no_offset(api: Tenant, other_tenant: Tenant, path: str, body: Body) -> None:
    theirs = other_tenant.create(path, body())["id"]
    never = api.get(f"{path}?offset={NEVER_USED}").json()["errors"]
    answer = api.get(f"{path}?offset={theirs}")
    assert (answer.status_code, answer.json()["errors"]) == (400, never)


@KINDS
def test_another_tenants_deleted_id_is_no_offset(api: Tenant, other_tenant: Tenant, path: str, body: Body) -> None:
    theirs = other_tenant.create(path, body())["id"]
    other_tenant.delete(f"{path}/{theirs}")
    assert api.get(f"{path}?offset={theirs}").status_code == 400


def test_an_id_of_the_other_kind_is_no_offset(api: Tenant) -> None:
    identifier = api.create(TRANSFORMS, transform())["id"]
    assert api.get(f"{STREAM_DEFINITIONS}?offset={identifier}").status_code == 400


@LISTS
@pytest.mark.parametrize(
    "limit",
    ["0", "51", "-1", "+1", "abc", "", "1.0", "1e1", "0x1", "%201", "\u0661", "1_0", "9" * 5000, "1%20offset%201"],
)
def test_another_limit_is_400(api: Tenant, path: str, limit: str) -> None:
    answer = api.get(f"{path}?limit={limit}")
    assert refusal(answer) == (400, [("limit", "Must be an integer from 1 to 50")])


@LISTS
def test_the_longest_page_is_what_the_settings_say(tight: Tenant, path: str) -> None:
    assert [tight.get(f"{path}?limit={limit}").status_code for limit in (4, 5)] == [200, 400]


@LISTS
@pytest.mark.parametrize("parameter", ["colour=blue", "Limit=1", "Sort=name", "=1", "limit%20=1"])
def test_an_unknown_parameter_is_named(api: Tenant, path: str, parameter: str) -> None:
    name = parameter.partition("=")[0].replace("%20", " ")
    assert refusal(api.get(f"{path}?{parameter}")) == (400, [(name, "Unknown parameter")])


@LISTS
@pytest.mark.parametrize("parameter", ["limit=1", "name=a", f"offset={NEVER_USED}"])
def test_a_parameter_given_twice_is_400(api: Tenant, path: str, parameter: str) -> None:
    name = parameter.partition("=")[0]
    status, faults = refusal(api.get(f"{path}?{parameter}&{parameter}"))
    assert (status, faults[0]) == (400, (name, "Stands there twice"))


def test_every_fault_of_a_query_is_named(api: Tenant) -> None:
    query = f"colour=blue&limit=0&enabled=maybe&sort=x&with_count=1&offset={NEVER_USED}&marker={NEVER_USED}"
    status, faults = refusal(api.get(f"{TRANSFORMS}?{query}"))
    assert (status, {name for name, _ in faults}) == (
        400,
        {"colour", "limit", "enabled", "sort", "with_count", "marker"},
    )


@KINDS
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_one_definition_knows_no_parameter(api: Tenant, path: str, body: Body, method: str) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    options = {} if method in {"GET", "DELETE"} else {"json": body()}
    assert refusal(api.request(method, f"{target}?limit=1", **options)) == (400, [("limit", "Unknown parameter")])


@KINDS
def test_a_creation_knows_no_parameter(api: Tenant, path: str, body: Body) -> None:
    assert refusal(api.post_json(f"{path}?dry_run=true", body())) == (400, [("dry_run", "Unknown parameter")])


@KINDS
def test_a_refused_parameter_changes_nothing(api: Tenant, path: str, body: Body) -> None:
    made = api.create(path, body())
    for method in ("PUT", "PATCH", "DELETE"):
        api.request(method, f"{path}/{made['id']}?force=1", json=body())
    assert api.all(path) == [made]


@KINDS
def test_a_list_can_be_asked_for_a_name(api: Tenant, path: str, body: Body) -> None:
    created(api, path, body, 2)
    wanted = api.create(path, body(name="a name & more"))
    assert api.get(f"{path}?name=a+name+%26+more").json()["elements"] == [wanted]


@KINDS
def test_a_semicolon_separates_no_parameters(api: Tenant, path: str, body: Body) -> None:
    wanted = api.create(path, body(name="a;limit=1"))
    assert api.get(f"{path}?name=a;limit=1").json()["elements"] == [wanted]


@LISTS
def test_a_name_that_nothing_has_gives_an_empty_page(api: Tenant, path: str) -> None:
    assert api.get(f"{path}?name=nothing").json()["elements"] == []


@LISTS
def test_a_name_with_nul_is_refused(api: Tenant, path: str) -> None:
    assert refusal(api.get(f"{path}?name=a%00")) == (400, [("name", "Character U+0000 is not allowed")])


@pytest.mark.parametrize("enabled", ["true", "false"])
def test_transforms_can_be_asked_for_whether_they_are_enabled(api: Tenant, enabled: str) -> None:
    made = {value: api.create(TRANSFORMS, transform(enabled=value == "true")) for value in ("true", "false")}
    assert api.get(f"{TRANSFORMS}?enabled={enabled}").json()["elements"] == [made[enabled]]


@pytest.mark.parametrize("enabled", ["True", "1", "", "yes", "null"])
def test_enabled_is_true_or_false(api: Tenant, enabled: str) -> None:
    assert refusal(api.get(f"{TRANSFORMS}?enabled={enabled}")) == (400, [("enabled", "Must be true or false")])


def test_stream_definitions_know_no_filter_by_enabled(api: Tenant) -> None:
    assert refusal(api.get(f"{STREAM_DEFINITIONS}?enabled=true")) == (400, [("enabled", "Unknown parameter")])


@LISTS
def test_every_wrong_parameter_is_named(api: Tenant, path: str) -> None:
    _, faults = refusal(api.get(f"{path}?colour=blue&size=1&limit=1&limit=1"))
    assert [name for name, _ in faults] == ["colour", "size", "limit"]


@contextmanager
def traffic(api: Tenant, path: str, body: Body) -> Iterator[None]:
    """Create and delete without a pause, in the same tenant."""
    over = threading.Event()

    def work() -> None:
        with api.service.tenant(api.id) as same:
            while not over.is_set():
                made = created(same, path, body, 4)
                for identifier in made:
                    same.delete(f"{path}/{identifier}")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@KINDS
def test_a_walk_shows_what_existed_throughout_exactly_once(api: Tenant, path: str, body: Body) -> None:
    throughout: list[str] = []
    with traffic(api, path, body):
        for _ in range(12):
            throughout += created(api, path, body, 1)
        walks = [_walk(api, f"{path}?limit=3") for _ in range(5)]
    assert all([each for each in walk if each in throughout] == throughout for walk in walks)


@KINDS
def test_a_walk_shows_nothing_twice(api: Tenant, path: str, body: Body) -> None:
    created(api, path, body, 8)
    with traffic(api, path, body):
        walks = [_walk(api, f"{path}?limit=3") for _ in range(5)]
    assert all(len(walk) == len(set(walk)) for walk in walks)


@KINDS
def test_a_walk_survives_that_each_page_is_deleted_behind_it(api: Tenant, path: str, body: Body) -> None:
    wanted = created(api, path, body, 9)
    seen: list[str] = []
    page = api.get(f"{path}?limit=2").json()
    while True:
        seen += ids(page)
        for identifier in ids(page):
            api.delete(f"{path}/{identifier}")
        target = next_link(page)
        if target is None:
            break
        page = api.follow(target).json()
    assert seen == wanted


def _walk(api: Tenant, start: str) -> list[str]:
    page = api.get(start).json()
    seen = ids(page)
    while target := next_link(page):
        page = api.follow(target).json()
        seen += ids(page)
    return seen
