"""What an operator is told of records that wait too long, or were set aside (docs/operators.rst, What to do when)."""

import re
import time

import pytest

from monasca_events_api.domain import outbox as records
from monasca_events_api.errors import Unavailable
from monasca_events_api.storage import outbox
from monasca_events_api.storage.outbox import NewMessage
from monasca_events_api.storage.sessions import Database


def waits(database: Database, *ages: int) -> None:
    """Let a record wait for as many seconds as each of *ages*, for a topic that has this in its name."""
    with database.transaction() as transaction:
        now = int(time.time())
        outbox.add(transaction, [NewMessage(f"since-{age}", "key", "{}", "{}", 2, now - age) for age in ages])


def test_records_that_wait_for_less_than_a_minute_are_no_trouble(database: Database) -> None:
    waits(database, 50, 1)
    records.check(database)


def test_of_records_that_wait_for_longer_the_number_the_time_and_the_topic_are_told(database: Database) -> None:
    waits(database, 70, 1)
    with pytest.raises(Unavailable) as told:
        records.check(database)
    assert re.fullmatch(r"2 waiting, the oldest for 7\d s, for topic since-70", str(told.value))


def test_of_records_set_aside_the_number_and_the_first_reason_are_told(database: Database) -> None:
    waits(database, 2, 1)
    with database.immediate() as connection:
        positions = [row.position for row in outbox.waiting(connection, 0)]
    with database.transaction() as transaction:
        for position in positions:
            outbox.set_aside(transaction, position, f"reason of {positions.index(position)}")
    with pytest.raises(Unavailable) as told:
        records.check(database)
    assert str(told.value) == "2 set aside, the first because: reason of 0"


def test_of_a_long_reason_the_beginning_is_kept(database: Database) -> None:
    waits(database, 1)
    with database.transaction() as transaction:
        outbox.set_aside(transaction, outbox.waiting(transaction, 0)[0].position, "x" * 1000)
    with database.immediate() as connection:
        (row,) = outbox.list_set_aside(connection)
    assert row.reason == "x" * 500
