"""A relay that works off a backlog in several batches, while changes are committed behind and ahead of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest
from announcing_service import PRODUCTION, new_database

from monasca_events_api.messaging.publisher import Message, Outcome, Receipt
from monasca_events_api.messaging.relay import Relay
from monasca_events_api.storage import outbox
from monasca_events_api.storage.outbox import BATCH, NewMessage, WaitingMessage
from monasca_events_api.storage.sessions import Database
from servers.api_process import ApiProcess
from servers.processes import wait_until

SETTINGS = {"messages.publisher": "files", "messages.directory": "topics"}
KEY = "changed-twice"


class Listening:
    """A publisher that takes everything, remembers it, and does *meanwhile* at its first call."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.taken: list[tuple[str, str]] = []
        self._meanwhile: Callable[[], None] | None = meanwhile

    def publish(self, messages: Sequence[Message]) -> list[Outcome]:
        if self._meanwhile is not None:
            self._meanwhile()
            self._meanwhile = None
        self.taken += [(message.key.decode(), message.value.decode()) for message in messages]
        return [Receipt(message.topic, 0, 0) for message in messages]

    def check(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture(params=PRODUCTION)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    folder, url = new_database(request, request.param)
    ApiProcess(folder, {"app:main": {"sqlalchemy.url": url, **SETTINGS}}, sample="development.ini").migrate()
    database = Database(url)
    yield database
    database.dispose()


def nothing(late: Sequence[WaitingMessage]) -> None:
    raise AssertionError(f"no other relay has sent {late}")


def message(key: str, value: str) -> NewMessage:
    return NewMessage("topic", key, "{}", value, len(value), 0)


def add(database: Database, messages: Sequence[NewMessage]) -> None:
    with database.transaction() as session:
        outbox.add(session, messages)


def test_a_change_committed_behind_the_relay_is_announced_before_the_next_one(database: Database) -> None:
    others = [message(f"other-{number}", "") for number in range(BATCH + 10)]
    slow = ExitStack()
    outbox.add(slow.enter_context(database.transaction()), [message(KEY, "first")])  # the lowest position
    add(database, others)

    def meanwhile() -> None:
        slow.close()  # commits
        add(database, [message(KEY, "second")])

    publisher = Listening(meanwhile)
    relay = Relay(database, publisher, lease=10, poll=0.01, put_right=nothing)
    relay.start()
    try:
        wait_until(lambda: len(publisher.taken) == len(others) + 2, "all is out", 10)
    finally:
        relay.stop()
    assert [value for key, value in publisher.taken if key == KEY] == ["first", "second"]
