"""Somebody who takes locks in the other order than the service, so that one of the two has to give way."""

import time

from sqlalchemy import create_engine, exc, make_url, text

from servers import postgres
from servers.mariadb import MariaDB
from servers.processes import wait_until

BREATH_SECONDS = 0.3
DEFINITIONS = ("stream_definitions", "transforms")


class Adversary:
    """A client of the database that locks the counts first and the definitions after, until that goes wrong."""

    def __init__(self, server: postgres.Postgres | MariaDB, url: str) -> None:
        self.deadlocks = 0
        self._server = server
        self._database = make_url(url).database or ""
        administrator = make_url(url).set(username=postgres.ADMIN, password=postgres.ADMIN_PASSWORD)
        own = administrator if isinstance(server, postgres.Postgres) else url
        self._engine = create_engine(own, isolation_level="READ COMMITTED")
        self._before = self._count()

    def run_until_deadlocks(self, number: int) -> None:
        """Get in the way until the database has ended *number* deadlocks."""

        def enough() -> bool:
            self._get_in_the_way()
            self.deadlocks = self._count() - self._before
            # So that whoever gave way finds the way free when it tries again.
            time.sleep(BREATH_SECONDS)
            return self.deadlocks >= number

        wait_until(enough, f"{number} deadlocks", 90)
        self._engine.dispose()

    def _get_in_the_way(self) -> None:
        try:
            with self._engine.begin() as connection:
                if isinstance(self._server, postgres.Postgres):
                    # Who looks for a deadlock first gives way: that shall be the service.
                    connection.execute(text("SET LOCAL deadlock_timeout = '4s'"))
                connection.execute(text("SELECT * FROM definition_counts FOR UPDATE")).all()
                for table in DEFINITIONS:
                    connection.execute(text(f"SELECT position FROM {table} FOR UPDATE")).all()
        except exc.OperationalError:
            return  # it was this one that gave way

    def _count(self) -> int:
        if isinstance(self._server, postgres.Postgres):
            rows = self._server.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", (self._database,))
            return int(str(rows[0][0]))
        return int(str(self._server.execute("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")[0][1]))
