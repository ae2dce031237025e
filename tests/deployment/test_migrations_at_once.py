"""Hosts that are started together, each of which begins with ``alembic upgrade head`` (docs/upgrades.rst)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from announcing_service import PRODUCTION, new_database

from monasca_events_api.storage.migration_turn import wait_for_turn
from monasca_events_api.storage.sessions import Database
from start.programs import Ended, ini, run

HOSTS = 3


class EmptyDatabase:
    """A database without a schema, and an ini file that names it."""

    def __init__(self, request: pytest.FixtureRequest, kind: str) -> None:
        folder, self.url = new_database(request, kind)
        self._ini = ini(folder, {"app:main": {"sqlalchemy.url": self.url}})

    def migrate(self) -> Ended:
        return run("alembic", "-c", self._ini, "upgrade", "head")


@pytest.fixture(params=PRODUCTION)
def empty(request: pytest.FixtureRequest) -> EmptyDatabase:
    return EmptyDatabase(request, request.param)


def test_hosts_that_migrate_at_the_same_time_take_turns(empty: EmptyDatabase) -> None:
    with ThreadPoolExecutor(HOSTS) as hosts:
        ended = [each.result() for each in [hosts.submit(empty.migrate) for _ in range(HOSTS)]]
    assert [each.status for each in ended] == [0] * HOSTS, ended


def test_who_has_no_turn_for_too_long_says_so(empty: EmptyDatabase) -> None:
    with Database(empty.url).migrating() as connection:
        wait_for_turn(connection)
        ended = empty.migrate()
    assert (ended.status, ended.errors) == (1, ["Error: Another process migrates this database"])
