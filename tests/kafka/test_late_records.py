"""A relay that stands still while it sends: what it says late is put right (contract 2)."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial

import pytest
from announcing_service import PRODUCTION, AnnouncingService, new_database

from api.examples import stream_definition, transform
from history.topics import Record
from monasca_events_api.domain.kinds import kinds
from monasca_events_api.domain.late_records import put_right
from monasca_events_api.messaging.kafka import KafkaPublisher
from monasca_events_api.messaging.publisher import Message, Outcome
from monasca_events_api.messaging.relay import Relay
from monasca_events_api.settings import Settings, read_settings
from monasca_events_api.storage.sessions import Database
from servers.kafka import KafkaCluster

LEASE_SECONDS = 5
STREAMS, TRANSFORMS = "stream-definitions", "transforms"
Described = tuple[str, int]
"""The header ``type`` of a record, and its revision."""


class Standing(KafkaPublisher):
    """A publisher that stands still before it sends, until it may *go_on*."""

    def __init__(self, settings: Settings, timeout: float) -> None:
        super().__init__(settings, timeout)
        self.stands = threading.Event()
        self.go_on = threading.Event()

    def publish(self, messages: Sequence[Message]) -> list[Outcome]:
        self.stands.set()
        assert self.go_on.wait(60)
        return super().publish(messages)


@pytest.fixture(scope="module", params=PRODUCTION)
def records(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Iterator[Mapping[str, list[Record]]]:
    """What a consumer reads of four definitions, by what was done with them.

    One relay stands still before it sends their creation, until another one has taken over and announced it, and what
    was done since.
    """
    service = AnnouncingService(*new_database(request, request.param), kafka, settings={"relay.enabled": "false"})
    service.create_topics()
    service.start()
    settings = read_settings(
        {
            "sqlalchemy.url": service.database_url,
            "kafka.bootstrap_servers": kafka.bootstrap,
            "messages.stream_definitions_topic": service.stream_definitions_topic,
            "messages.transforms_topic": service.transforms_topic,
        }
    )
    database = Database(service.database_url)
    standing = Standing(settings, LEASE_SECONDS / 2)
    late, heir = (
        Relay(database, publisher, LEASE_SECONDS, 0.1, partial(put_right, database, kinds(settings)))
        for publisher in (standing, KafkaPublisher(settings, LEASE_SECONDS / 2))
    )
    with service.client() as client, service.reader() as reader, ExitStack() as ending:
        ending.callback(database.dispose)
        ending.callback(service.kill)
        changed = {kind: client.create(kind, body())["id"] for kind, body in MAKE.items()}
        deleted = {kind: client.create(kind, body())["id"] for kind, body in MAKE.items()}
        late.start()
        ending.callback(late.stop)
        ending.callback(standing.go_on.set)
        assert standing.stands.wait(20)
        heir.start()
        ending.callback(heir.stop)
        for kind, body in MAKE.items():
            reader.wait_for_key(changed[kind])
            client.replace(kind, changed[kind], body())
            client.remove(kind, deleted[kind])
            reader.wait_for_key(deleted[kind], 2)
        reader.wait_for_key(changed[STREAMS], 3)
        standing.go_on.set()
        # The first one, what was done, the first one late, and what puts it right.
        numbers = {changed[STREAMS]: 5, changed[TRANSFORMS]: 4, deleted[STREAMS]: 4, deleted[TRANSFORMS]: 4}
        found = {identifier: reader.wait_for_key(identifier, number) for identifier, number in numbers.items()}
        yield {
            **{f"{kind} changed": found[identifier] for kind, identifier in changed.items()},
            **{f"{kind} deleted": found[identifier] for kind, identifier in deleted.items()},
        }


MAKE = {STREAMS: stream_definition, TRANSFORMS: transform}


def described(record: Record) -> Described:
    return record.headers["type"], record.revision


@pytest.mark.parametrize(
    ("what", "late"),
    [
        (f"{STREAMS} changed", "stream-definition-created"),
        (f"{STREAMS} deleted", "stream-definition-created"),
        (f"{TRANSFORMS} changed", "transform-created"),
        (f"{TRANSFORMS} deleted", "transform-created"),
    ],
)
def test_a_relay_that_stood_still_sends_behind_the_one_that_took_over(
    records: Mapping[str, list[Record]], what: str, late: str
) -> None:
    assert described(records[what][-2]) == (late, 1)


@pytest.mark.parametrize(
    ("what", "present"),
    [
        (f"{STREAMS} changed", ("stream-definition-created", 2)),
        (f"{STREAMS} deleted", ("stream-definition-deleted", 2)),
        (f"{TRANSFORMS} changed", ("transform-created", 2)),
        (f"{TRANSFORMS} deleted", ("transform-deleted", 2)),
    ],
)
def test_the_last_record_tells_the_present_state(
    records: Mapping[str, list[Record]], what: str, present: Described
) -> None:
    assert described(records[what][-1]) == present


@pytest.mark.parametrize("what", [f"{STREAMS} deleted", f"{TRANSFORMS} deleted"])
def test_the_end_of_a_definition_is_told_as_it_was(records: Mapping[str, list[Record]], what: str) -> None:
    _, end, _, again = records[what]
    assert again.json == end.json


def test_what_puts_it_right_says_that_nothing_has_changed(records: Mapping[str, list[Record]]) -> None:
    assert {found[-1].headers.get("republished") for found in records.values()} == {"true"}
