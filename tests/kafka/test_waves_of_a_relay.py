"""What a relay looks at before it sends the next records of a batch: whether it is to end, and whether it may.

And before it pauses.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from monasca_events_api import metrics
from monasca_events_api.errors import Unavailable
from monasca_events_api.messaging.publisher import Message, Outcome, Receipt, Refused
from monasca_events_api.messaging.relay import Relay
from monasca_events_api.messaging.waves import WAVE_BYTES
from monasca_events_api.storage import outbox
from monasca_events_api.storage.outbox import INLINE_BYTES, NewMessage, WaitingMessage
from monasca_events_api.storage.sessions import Database
from servers.processes import wait_until
from start.programs import migrated

LEASE_SECONDS = 1
KEY = "changed-often"


class Watching:
    """A publisher that does *meanwhile* at each call, and notes whether the relay has its lease.

    It takes everything, unless *refused* is what it answers.

    *late* is what the relay has found to be sent already.
    """

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.held: list[bool] = []
        self.late: list[WaitingMessage] = []
        self.refused: Refused | None = None
        self.relay: Relay | None = None
        self.meanwhile: Callable[[], None] = lambda: None

    def publish(self, messages: Sequence[Message]) -> list[Outcome]:
        assert self.relay is not None
        self.held.append(self.relay.holds_lease)
        self.meanwhile()
        self.taken += [message.value.decode() for message in messages]
        return [self.refused or Receipt(message.topic, 0, 0) for message in messages]

    def check(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        pass


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    migrated(tmp_path)
    database = Database(f"sqlite:///{tmp_path}/var/monasca-events.sqlite")
    yield database
    database.dispose()


@pytest.fixture
def publisher() -> Watching:
    return Watching()


@pytest.fixture
def relay(database: Database, publisher: Watching) -> Relay:
    publisher.relay = Relay(database, publisher, LEASE_SECONDS, 0.01, publisher.late.extend)
    return publisher.relay


def announce(database: Database, *values: str, key: str = KEY, headers: str = "{}", size: int = 1) -> None:
    with database.transaction() as transaction:
        outbox.add(transaction, [NewMessage("topic", key, headers, value, size, 0) for value in values])


def waiting(database: Database) -> list[str | None]:
    with database.immediate() as connection:
        return [row.value for row in outbox.waiting(connection, 0, ())]


def test_a_relay_that_is_told_to_end_sends_no_further_record_of_a_key(
    database: Database, relay: Relay, publisher: Watching
) -> None:
    announce(database, "first", "second", "third")
    publisher.meanwhile = relay.stop
    relay.run()
    assert publisher.taken == ["first"]


def test_what_it_has_not_sent_by_then_stays_in_the_outbox(
    database: Database, relay: Relay, publisher: Watching
) -> None:
    announce(database, "first", "second", "third")
    publisher.meanwhile = relay.stop
    relay.run()
    assert waiting(database) == ["second", "third"]


def test_it_looks_at_its_lease_after_it_has_read_a_large_value(
    database: Database, relay: Relay, publisher: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(connection: outbox.Connection, position: int) -> str | None:
        wait_until(lambda: not relay.holds_lease, "the lease has run out")
        return value_of(connection, position)

    value_of = outbox.value_of
    monkeypatch.setattr(outbox, "value_of", slowly)
    announce(database, "x", size=INLINE_BYTES + 1)
    publisher.meanwhile = relay.stop
    relay.run()
    assert publisher.held == [True]


def test_what_was_acknowledged_leaves_the_outbox_when_the_broker_goes_away_in_between(
    database: Database, relay: Relay, publisher: Watching
) -> None:
    def gone_at_the_second() -> None:
        if publisher.taken:
            relay.stop()
            raise Unavailable("Kafka is away")

    announce(database, "first", "second")
    publisher.meanwhile = gone_at_the_second
    relay.run()
    assert waiting(database) == ["second"]


def test_it_sees_that_another_relay_has_sent_what_it_sends(
    database: Database, relay: Relay, publisher: Watching
) -> None:
    def overtaken() -> None:
        relay.stop()
        with database.immediate() as connection:
            outbox.remove(connection, [row.position for row in outbox.waiting(connection, 0)])

    announce(database, "first")
    publisher.meanwhile = overtaken
    relay.run()
    assert [row.key for row in publisher.late] == [KEY]


def test_what_it_alone_sends_is_not_late(database: Database, relay: Relay, publisher: Watching) -> None:
    announce(database, "first")
    publisher.meanwhile = relay.stop
    relay.run()
    assert (publisher.taken, publisher.late) == (["first"], [])


def test_it_does_not_pause_when_it_is_told_to_end_just_behind_its_look_at_that(
    database: Database, publisher: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ToldBehindTheLook(threading.Event):
        def is_set(self) -> bool:
            seen = super().is_set()
            if not seen:
                relay.stop()
            return seen

    relay = Relay(database, publisher, LEASE_SECONDS, 60, publisher.late.extend)
    monkeypatch.setattr(relay, "_stopping", ToldBehindTheLook())
    started = time.monotonic()
    relay.run()
    assert time.monotonic() - started < 30


def test_while_the_broker_is_away_it_is_shown_to_have_its_lease(
    database: Database, publisher: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise Unavailable("Kafka is away")

    shown: list[float] = []
    monkeypatch.setattr(metrics.RELAY_LEASE, "set", shown.append)
    relay = publisher.relay = Relay(database, publisher, 10, 0.01, publisher.late.extend)
    announce(database, "first")
    publisher.meanwhile = away
    relay.start()
    wait_until(lambda: len(publisher.held) > 1, "it has tried again")
    held = list(shown)
    relay.stop()
    assert all(held)


def test_a_record_that_is_gone_when_its_value_is_read_is_not_sent(
    database: Database, relay: Relay, publisher: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_connection: outbox.Connection, position: int) -> str | None:
        with database.immediate() as other:
            outbox.remove(other, [position])
        return None

    monkeypatch.setattr(outbox, "value_of", gone)
    announce(database, "large", size=INLINE_BYTES + 1)
    announce(database, "small", key="another")
    publisher.meanwhile = relay.stop
    relay.run()
    assert publisher.taken == ["small"]


def test_behind_a_record_that_was_not_taken_none_of_its_key_is_sent(
    database: Database, relay: Relay, publisher: Watching
) -> None:
    publisher.refused = Refused("in time", for_good=False)
    publisher.meanwhile = lambda: relay.stop() if len(publisher.taken) > 2 else None
    announce(database, "first", "second")
    relay.run()
    assert set(publisher.taken) == {"first"}


@pytest.mark.parametrize("headers", ["{bad", "[]", '{"a": 1}'])
def test_a_record_that_cannot_be_read_is_set_aside_and_the_others_go_out(
    database: Database, relay: Relay, publisher: Watching, headers: str
) -> None:
    announce(database, "bad", headers=headers)
    announce(database, "good", key="another")
    publisher.meanwhile = relay.stop
    relay.run()
    with database.immediate() as connection:
        (aside,) = outbox.list_set_aside(connection)
    assert (publisher.taken, aside.reason.split(":")[0]) == (["good"], "Its headers are no JSON object of texts")


def test_a_defect_does_not_end_it(database: Database, relay: Relay, publisher: Watching) -> None:
    def fails_once() -> None:
        if len(publisher.held) == 1:
            raise RuntimeError
        relay.stop()

    announce(database, "first")
    publisher.meanwhile = fails_once
    relay.run()
    assert publisher.taken == ["first"]


def test_much_is_sent_in_several_waves(database: Database, relay: Relay, publisher: Watching) -> None:
    for number in range(3):
        announce(database, str(number), key=str(number), size=WAVE_BYTES)
    publisher.meanwhile = lambda: relay.stop() if len(publisher.taken) == 2 else None
    relay.run()
    assert len(publisher.held) > 1
