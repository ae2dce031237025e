"""Who gets the relay's lease: one relay at a time, also while relays differ in ``relay.lease``."""

import pytest
from sqlalchemy import insert, select, update

from monasca_events_api.settings import WrongSettings, read_settings
from monasca_events_api.storage import relay_lease
from monasca_events_api.storage.clock import now_ms
from monasca_events_api.storage.models import RelayLease
from monasca_events_api.storage.sessions import Database

SHORT, LONG = 5, 30
LONGEST = 3600
SETTINGS = {"sqlalchemy.url": "sqlite://", "messages.publisher": "files"}


@pytest.fixture(autouse=True)
def nobodys(database: Database) -> None:
    """The row of the lease, as the migration makes it."""
    with database.transaction() as transaction:
        transaction.execute(insert(RelayLease).values(name=relay_lease.NAME, holder=relay_lease.NOBODY, expires_at=0))


def takes(database: Database, holder: str, seconds: float = SHORT) -> bool:
    with database.immediate() as connection:
        return relay_lease.take(connection, holder, seconds)


def clock_jumps(database: Database, seconds: int) -> None:
    """Let the lease be as if the database's clock had been set forward, or back, by *seconds*."""
    with database.transaction() as transaction:
        transaction.execute(update(RelayLease).values(expires_at=RelayLease.expires_at - seconds * 1000))


def seconds_left(database: Database) -> float:
    with database.immediate() as connection:
        return connection.execute(select(RelayLease.expires_at - now_ms())).scalar_one() / 1000


def test_of_two_relays_the_first_one_gets_it(database: Database) -> None:
    assert takes(database, "first")
    assert not takes(database, "second")


def test_the_one_that_has_it_may_have_it_for_longer(database: Database) -> None:
    takes(database, "first", SHORT)
    assert takes(database, "first", LONG)
    assert seconds_left(database) > SHORT


def test_one_that_was_given_back_is_the_next_ones(database: Database) -> None:
    takes(database, "first")
    with database.immediate() as connection:
        relay_lease.release(connection, "first")
    assert takes(database, "second")


def test_one_that_has_run_out_is_the_next_ones(database: Database) -> None:
    takes(database, "first", LONG)
    clock_jumps(database, LONG + 1)
    assert takes(database, "second")


@pytest.mark.parametrize("seconds", [LONG, LONGEST])
def test_a_long_one_is_its_holders_also_for_a_relay_whose_own_is_short(database: Database, seconds: int) -> None:
    takes(database, "first", seconds)
    assert not takes(database, "second", SHORT)


def test_the_longest_one_is_its_holders_also_where_a_clock_is_a_little_behind(database: Database) -> None:
    takes(database, "first", LONGEST)
    clock_jumps(database, -30)
    assert not takes(database, "second", SHORT)


def test_a_relay_whose_clock_was_set_back_for_hours_has_it_for_no_longer(database: Database) -> None:
    takes(database, "first", SHORT)
    clock_jumps(database, -2 * LONGEST)
    assert takes(database, "first", SHORT)
    assert seconds_left(database) <= SHORT


def test_what_a_clock_that_was_set_back_has_left_behind_holds_for_little_more_than_an_hour(database: Database) -> None:
    takes(database, "first", SHORT)
    clock_jumps(database, -LONGEST - 61)
    assert takes(database, "second", SHORT)


def test_no_setting_makes_it_longer() -> None:
    assert read_settings({**SETTINGS, "relay.lease": str(relay_lease.LONGEST_SECONDS)}).relay_lease == LONGEST
    with pytest.raises(WrongSettings, match=r"relay\.lease"):
        read_settings({**SETTINGS, "relay.lease": str(relay_lease.LONGEST_SECONDS + 1)})
