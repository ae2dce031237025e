"""How many definitions a tenant may have (contract 1.4, Quota); the tight service allows five of each."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.examples import stream_definition, transform, unique
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant

KINDS = pytest.mark.parametrize(
    ("path", "body", "noun"),
    [(STREAM_DEFINITIONS, stream_definition, "stream definitions"), (TRANSFORMS, transform, "transforms")],
)
Body = Callable[..., dict[str, Any]]


@KINDS
def test_one_definition_too_many_is_403_and_told_the_limit(tight: Tenant, path: str, body: Body, noun: str) -> None:
    answers = [tight.post_json(path, body()) for _ in range(6)]
    assert [answer.is_success for answer in answers] == [True] * 5 + [False]
    assert (answers[5].status_code, answers[5].json()["description"]) == (403, f"A tenant may have at most 5 {noun}")


@KINDS
def test_what_the_quota_refuses_is_neither_stored_nor_announced(
    tight: Tenant, path: str, body: Body, noun: str
) -> None:
    for _ in range(8):
        tight.post_json(path, body())
    topic = "stream-definitions" if noun == "stream definitions" else "transform-definitions"
    assert (len(tight.all(path)), len(tight.announced(topic))) == (5, 5)


@KINDS
def test_a_deletion_makes_room(tight: Tenant, path: str, body: Body, noun: str) -> None:
    made = [tight.create(path, body())["id"] for _ in range(5)]
    tight.delete(f"{path}/{made[2]}")
    assert tight.post_json(path, body()).is_success, noun


@KINDS
def test_a_full_tenant_can_still_change_what_it_has(tight: Tenant, path: str, body: Body, noun: str) -> None:
    made = [tight.create(path, body())["id"] for _ in range(5)]
    assert tight.patch(f"{path}/{made[0]}", json={"description": noun}).status_code == 200


def test_the_kinds_are_counted_apart(tight: Tenant) -> None:
    for _ in range(5):
        tight.create(TRANSFORMS, transform())
    assert tight.post_json(STREAM_DEFINITIONS, stream_definition()).is_success


def test_a_full_tenant_takes_no_room_from_another(tight: Tenant) -> None:
    for _ in range(5):
        tight.create(TRANSFORMS, transform())
    with tight.service.tenant(unique("tenant")) as other:
        assert other.post_json(TRANSFORMS, transform()).is_success


@KINDS
def test_a_refused_name_takes_no_room(tight: Tenant, path: str, body: Body, noun: str) -> None:
    name = unique(noun)
    for _ in range(8):
        tight.post_json(path, body(name=name))
    assert all(tight.post_json(path, body()).is_success for _ in range(4))


@KINDS
def test_of_clients_that_race_for_the_last_places_exactly_as_many_win(
    tight: Tenant, path: str, body: Body, noun: str
) -> None:
    for _ in range(3):
        tight.create(path, body())

    def create(_number: int) -> int:
        return tight.post_json(path, body()).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = Counter(200 <= status < 300 or status for status in pool.map(create, range(12)))
    assert (statuses, len(tight.all(path)), noun) == ({True: 2, 403: 10}, 5, noun)
