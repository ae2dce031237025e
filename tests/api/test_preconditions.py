"""ETag, If-Match and If-None-Match, and changes that race (contract 1.4)."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from api.examples import NEVER_USED, stream_definition, transform, unique
from api.one_database import on_sqlite
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant, places
from monasca_events_api.http.preconditions import names, well_formed

KINDS = pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)])
Body = Callable[..., dict[str, Any]]
CHANGES = ["PUT", "PATCH", "DELETE"]
CURRENT = ['"1"', "*", '"7", "1"', '"7","1","8"']
OTHERS = ['"2"', '"0"', '""', '"11"', '"7", "8"']
WEAK = ['W/"1"', '"7", W/"1"']
MALFORMED = ["1", "nonsense", '"1', '1"', 'w/"1"', "W/1", '"1" "2"', '"1", 2', '"1", *', "**", ""]


def at_once(number: int, ask: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    """Ask *number* times at the same time."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(ask, range(number)))


@KINDS
def test_every_answer_that_shows_one_definition_has_its_etag(api: Tenant, path: str, body: Body) -> None:
    created = api.post_json(path, body())
    target = f"{path}/{created.json()['id']}"
    answers = [created, api.get(target), api.put(target, json=created.json()), api.patch(target, json={})]
    assert [answer.headers["ETag"] for answer in answers] == ['"1"'] * 4


@KINDS
def test_the_etag_changes_with_every_change(api: Tenant, path: str, body: Body) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    tags = [api.patch(target, json={"description": text}).headers["ETag"] for text in "abc"]
    assert tags == ['"2"', '"3"', '"4"']


@pytest.mark.parametrize("header", [*CURRENT, *OTHERS, *WEAK])
def test_a_list_of_entity_tags_is_well_formed(header: str) -> None:
    assert well_formed(header)


@pytest.mark.parametrize("header", MALFORMED)
def test_anything_else_is_not(header: str) -> None:
    assert not well_formed(header)


@pytest.mark.parametrize("header", CURRENT)
def test_a_header_names_each_tag_that_stands_in_it(header: str) -> None:
    assert names(header, "1")


@pytest.mark.parametrize("header", [*OTHERS, *WEAK])
def test_it_names_no_other_and_none_that_is_weak(header: str) -> None:
    assert not names(header, "1")


@pytest.mark.parametrize("header", [*CURRENT, *WEAK])
def test_where_weak_is_as_good_it_names_those_that_are_weak_too(header: str) -> None:
    assert names(header, "1", weak=True)


@KINDS
@pytest.mark.parametrize(("method", "status"), [("PUT", 200), ("PATCH", 200), ("DELETE", 204)])
def test_a_change_with_the_current_etag_is_made(api: Tenant, path: str, body: Body, method: str, status: int) -> None:
    created = api.create(path, body())
    answer = api.request(method, f"{path}/{created['id']}", json=body(), headers={"If-Match": '"1"'})
    assert answer.status_code == status


@KINDS
@pytest.mark.parametrize("method", CHANGES)
def test_a_change_with_another_etag_is_412(api: Tenant, path: str, body: Body, method: str) -> None:
    created = api.create(path, body())
    answer = api.request(method, f"{path}/{created['id']}", json=body(), headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["title"]) == (412, "Precondition Failed")


@on_sqlite
@KINDS
@pytest.mark.parametrize("method", CHANGES)
def test_what_is_no_list_of_entity_tags_is_400(api: Tenant, path: str, body: Body, method: str) -> None:
    created = api.create(path, body())
    answer = api.request(method, f"{path}/{created['id']}", json=body(), headers={"If-Match": "1"})
    wrong = ("header", "If-Match", 'Must be * or entity tags in double quotes, as in "1", "2"')
    assert (answer.status_code, places(answer)) == (400, [wrong])


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
@pytest.mark.parametrize("method", CHANGES)
def test_the_description_tells_what_the_header_looks_like(api: Tenant, path: str, method: str) -> None:
    parameters = api.get("/openapi.json").json()["paths"][f"{path}/{{id}}"][method.lower()]["parameters"]
    (schema,) = [each["schema"] for each in parameters if each["name"] == "If-Match"]
    described = OAS31Validator(schema).is_valid
    well = [*CURRENT, *OTHERS, *WEAK]
    assert [each for each in [*well, *MALFORMED] if described(each)] == well


@on_sqlite
@KINDS
@pytest.mark.parametrize("method", CHANGES)
def test_what_is_not_there_is_404_whatever_the_header(api: Tenant, path: str, body: Body, method: str) -> None:
    answer = api.request(method, f"{path}/{NEVER_USED}", json=body(), headers={"If-Match": "1"})
    assert answer.status_code == 404


@on_sqlite
@KINDS
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_malformed_header_is_told_beside_a_malformed_body(api: Tenant, path: str, body: Body, method: str) -> None:
    created = api.create(path, body())
    answer = api.request(method, f"{path}/{created['id']}", content=b"[", headers={"If-Match": "1"})
    assert [place for place, _, _ in places(answer)] == ["header", "body"]


@KINDS
def test_a_change_that_is_400_for_its_header_changes_nothing(api: Tenant, path: str, body: Body) -> None:
    created = api.create(path, body())
    for method in CHANGES:
        api.request(method, f"{path}/{created['id']}", json=body(), headers={"If-Match": "1"})
    assert api.get(f"{path}/{created['id']}").json() == created


@on_sqlite
@KINDS
@pytest.mark.parametrize("method", CHANGES)
def test_of_a_weak_entity_tag_it_is_told_that_it_never_matches(api: Tenant, path: str, body: Body, method: str) -> None:
    created = api.create(path, body())
    answer = api.request(method, f"{path}/{created['id']}", json=body(), headers={"If-Match": '"7", W/"1"'})
    assert (
        answer.json()["description"]
        == "If-Match has the current revision as a weak entity tag (W/), which never matches"
    )


@KINDS
def test_a_change_that_is_412_changes_nothing(api: Tenant, path: str, body: Body) -> None:
    created = api.create(path, body())
    for method in CHANGES:
        api.request(method, f"{path}/{created['id']}", json=body(), headers={"If-Match": '"2"'})
    assert api.get(f"{path}/{created['id']}").json() == created


@KINDS
def test_a_change_that_is_412_announces_nothing(api: Tenant, path: str, body: Body) -> None:
    created = api.create(path, body())
    for method in CHANGES:
        api.request(method, f"{path}/{created['id']}", json=body(), headers={"If-Match": '"2"'})
    topic = "transform-definitions" if path == TRANSFORMS else "stream-definitions"
    assert [record.headers["revision"] for record in api.announced(topic)] == ["1"]


@KINDS
def test_the_etag_before_a_change_is_no_longer_good(api: Tenant, path: str, body: Body) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    tags = [api.put(target, json=body(), headers={"If-Match": '"1"'}).status_code for _ in range(2)]
    assert tags == [200, 412]


@on_sqlite
@KINDS
@pytest.mark.parametrize("tag", ['"1"', 'W/"1"'])
def test_a_client_that_has_it_already_gets_304(api: Tenant, path: str, body: Body, tag: str) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    answer = api.get(target, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", '"1"')


@KINDS
def test_a_client_that_has_an_older_one_gets_the_new_one(api: Tenant, path: str, body: Body) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    changed = api.patch(target, json={"description": "new"}).json()
    answer = api.get(target, headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.json()) == (200, changed)


@KINDS
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_of_changes_that_race_with_one_etag_exactly_one_wins(api: Tenant, path: str, body: Body, method: str) -> None:
    created = api.create(path, body())
    target = f"{path}/{created['id']}"
    answers = at_once(
        8,
        lambda number: api.request(
            method, target, json={**body(), "description": f"by {number}"}, headers={"If-Match": '"1"'}
        ),
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 7}


@KINDS
def test_what_is_shown_after_the_race_is_what_the_winner_was_told(api: Tenant, path: str, body: Body) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    answers = at_once(
        4, lambda number: api.patch(target, json={"description": f"{number}"}, headers={"If-Match": '"1"'})
    )
    (won,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert api.get(target).json() == won


@KINDS
def test_of_deletions_that_race_exactly_one_wins(api: Tenant, path: str, body: Body) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    answers = at_once(8, lambda _: api.delete(target))
    assert Counter(answer.status_code for answer in answers) == {204: 1, 404: 7}


@KINDS
def test_of_16_clients_that_create_one_name_exactly_one_wins(api: Tenant, path: str, body: Body) -> None:
    name = unique("raced")
    answers = at_once(16, lambda _: api.post(path, json=body(name=name)))
    statuses = Counter(answer.is_success or answer.status_code for answer in answers)
    assert statuses == {True: 1, 409: 15}


@KINDS
def test_a_name_that_was_raced_for_is_stored_and_announced_once(api: Tenant, path: str, body: Body) -> None:
    name = unique("raced")
    at_once(16, lambda _: api.post(path, json=body(name=name)))
    topic = "transform-definitions" if path == TRANSFORMS else "stream-definitions"
    assert (len(api.all(path)), len(api.announced(topic))) == (1, 1)


@KINDS
def test_changes_without_an_etag_are_all_made_one_after_the_other(api: Tenant, path: str, body: Body) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    answers = at_once(16, lambda number: api.patch(target, json={"description": f"{number}"}))
    assert sorted(answer.headers["ETag"] for answer in answers) == sorted(f'"{number}"' for number in range(2, 18))


@KINDS
def test_changes_that_race_are_announced_in_the_order_of_their_revisions(api: Tenant, path: str, body: Body) -> None:
    target = f"{path}/{api.create(path, body())['id']}"
    at_once(16, lambda number: api.patch(target, json={"description": f"{number}"}))
    topic = "transform-definitions" if path == TRANSFORMS else "stream-definitions"
    revisions = [int(record.headers["revision"]) for record in api.announced(topic)]
    assert sorted(set(revisions)) == list(range(1, 18))
    assert revisions == sorted(revisions)
