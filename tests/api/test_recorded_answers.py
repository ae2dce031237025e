"""What 0.0.6 answered and published, against what this service does (docs/from-2015.rst lists the differences)."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import NamedTuple

import pytest

from api.examples import unique
from api.recorded import GOLDEN, Recording, Replayed
from api.running_service import RAW_EVENTS, RunningService, Tenant

DIFFERENCES = json.loads((GOLDEN / "differences.json").read_text(encoding="utf-8"))
NEW_EACH_TIME = {"id", "links", "created_at", "updated_at", "tenant_id"}
FIRST = "list when there are none, with slash"


class Replay(NamedTuple):
    """What came of all that is recorded in a file, asked by tenants of whom the first one is *tenant*."""

    tenant: Tenant
    ids: dict[str, str]
    replayed: list[Replayed]

    def one(self, what: str) -> Replayed:
        return next(each for each in self.replayed if each.what == what)


Ask = Callable[[str], Replay]


@pytest.fixture(scope="module")
def replay(service: RunningService) -> Iterator[Ask]:
    """Ask what is recorded in a file, once for all tests."""
    with ExitStack() as clients:

        @cache
        def asked(name: str) -> Replay:
            tenant, other = (clients.enter_context(service.tenant(unique("tenant"))) for _ in range(2))
            recording = Recording(name)
            return Replay(tenant, recording.ids, recording.replay(tenant, other))

        yield asked


@pytest.mark.parametrize("name", DIFFERENCES)
def test_every_request_is_answered_as_in_2015_but_for_the_listed_differences(replay: Ask, name: str) -> None:
    differ = [
        [each.what, each.record["status"], each.answer.status_code]
        for each in replay(name).replayed
        if each.answer.status_code != each.record["status"]
    ]
    assert differ == DIFFERENCES[name]


@pytest.mark.parametrize("name", DIFFERENCES)
def test_every_refusal_has_what_the_old_client_reads(replay: Ask, name: str) -> None:
    refused = [each.answer.json() for each in replay(name).replayed if each.answer.is_error and each.answer.content]
    assert all(isinstance(each[key], str) for each in refused for key in ("title", "description"))


@pytest.mark.parametrize("what", ["GET /", "GET /v2.0", "GET /v2.0/"])
def test_the_versions_are_shown_as_in_2015(replay: Ask, what: str) -> None:
    each = replay("versions").one(what)
    shown = each.answer.json()
    assert {key: shown[key] for key in each.record["answer"]} == each.record["answer"]


SHOWN = [
    ("stream_definitions", "show"),
    ("stream_definitions", "show, with slash"),
    ("stream_definitions", "show without traits"),
    ("stream_definitions", "show disabled"),
    ("transforms", "create"),
    ("transforms", "create, with slash"),
]


@pytest.mark.parametrize(("name", "what"), SHOWN)
def test_a_definition_is_shown_with_the_keys_of_2015(replay: Ask, name: str, what: str) -> None:
    each = replay(name).one(what)
    assert each.record["answer"].keys() <= each.answer.json().keys()


@pytest.mark.parametrize(("name", "what"), [case for case in SHOWN if case[1] != "show disabled"])
def test_a_definition_is_shown_with_the_values_of_2015(replay: Ask, name: str, what: str) -> None:
    each = replay(name).one(what)
    theirs = {key: value for key, value in each.record["answer"].items() if key not in NEW_EACH_TIME}
    assert {key: each.answer.json()[key] for key in theirs} == theirs


@pytest.mark.parametrize(("name", "what"), [("stream_definitions", "show"), ("transforms", "show")])
def test_a_shown_definition_has_exactly_the_keys_of_2015(replay: Ask, name: str, what: str) -> None:
    each = replay(name).one(what)
    assert each.answer.json().keys() == each.record["answer"].keys()


@pytest.mark.parametrize("name", ["stream_definitions", "transforms"])
def test_a_list_is_the_page_of_2015(replay: Ask, name: str) -> None:
    each = replay(name).one("list when there are none" if name == "transforms" else FIRST)
    assert each.answer.json() == each.record["answer"]


def test_links_are_as_in_2015(replay: Ask) -> None:
    recorded = replay("stream_definitions")
    each = recorded.one("show")
    (theirs,), (ours,) = each.record["answer"]["links"], each.answer.json()["links"]
    assert ours == {**theirs, "href": theirs["href"].rpartition("/")[0] + "/" + recorded.ids["sd1"]}


@pytest.mark.parametrize("what", ["create, with slash", "delete"])
def test_a_stream_definition_is_announced_with_what_was_announced_in_2015(replay: Ask, what: str) -> None:
    recorded = replay("stream_definitions")
    tenant = recorded.tenant
    ((word, theirs),) = recorded.one(what).record["published"][0].items()
    ours = next(
        record.value[word]
        for record in tenant.announced("stream-definitions")
        if word in record.value and record.value[word]["name"] == theirs["name"]
    )
    identity = {"tenant_id": tenant.id, "stream_definition_id": ours["stream_definition_id"]}
    # First theirs: the id of a tenant of ours may begin like theirs.
    wanted = {**json.loads(json.dumps(theirs).replace("tenant-a", tenant.id)), **identity}
    assert {key: ours[key] for key in wanted} == wanted


def test_a_created_transform_is_announced_with_what_was_announced_in_2015(replay: Ask) -> None:
    recorded = replay("transforms")
    (theirs,) = recorded.one("create").record["published"]
    ours = recorded.tenant.announced("transform-definitions")[0].value
    assert ours.keys() == theirs.keys()
    assert ours["transform_definition"].keys() >= theirs["transform_definition"].keys()


def test_a_deleted_transform_is_announced_as_in_2015(replay: Ask) -> None:
    recorded = replay("transforms")
    ((theirs,), deleted) = recorded.one("delete").record["published"], recorded.ids["tr1"]
    values = [record.value for record in recorded.tenant.announced("transform-definitions")]
    assert {**theirs, "tenant_id": recorded.tenant.id, "transform_id": deleted} in values


def test_an_event_of_a_list_is_published_as_in_2015(replay: Ask) -> None:
    recorded = replay("events_post")
    theirs = {value["event"]["message_id"]: value for value in recorded.one("a list of two").record["published"]}
    ours = {
        record.value["event"]["message_id"]: record.value
        for record in recorded.tenant.announced(RAW_EVENTS)
        if record.value["event"]["message_id"] in theirs
    }
    assert {key: (value.keys(), value["meta"].keys()) for key, value in ours.items()} == {
        key: (value.keys(), value["meta"].keys()) for key, value in theirs.items()
    }
    assert {key: {**value["event"], "_tenant_id": "tenant-a"} for key, value in ours.items()} == {
        key: value["event"] for key, value in theirs.items()
    }
