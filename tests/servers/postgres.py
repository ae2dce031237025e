"""A real PostgreSQL on loopback."""

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from .accounts import give
from .packages import required
from .ports import LOOPBACK, free_port
from .processes import ServerProcess, run_once

ACCOUNT = "postgres"
ADMIN, ADMIN_PASSWORD = "postgres", "admin-password"
USER, PASSWORD = "monasca", "password"
WITHOUT_FSYNC = {"fsync": "off", "full_page_writes": "off"}


class Postgres:
    """A server with an empty data folder of its own; *settings* are any of postgresql.conf.

    Without *fsync*, commits are kept through a SIGKILL of the server, as with it, but not through one of
    the machine.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None, fsync: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.data = folder / "data"
        configured = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            **({} if fsync else WITHOUT_FSYNC),
            **(settings or {}),
        }
        options = [part for name, value in configured.items() for part in ("-c", f"{name}={value}")]
        self._programs = required(_programs, ["postgresql"])
        self.process = ServerProcess(
            [self._programs / "postgres", "-D", self.data, *options],
            folder=Path("/"),
            log_file=folder / "postgres.log",
            account=ACCOUNT,
        )

    def start(self) -> None:
        """Start the server, for the first time on an empty data folder, and wait until it answers."""
        first = not self.data.exists()
        if first:
            self._make_data()
        # A zombie counts for alive in PostgreSQL's eyes, and this file names the killed server.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.process.start()
        self.process.wait_ready(self._answers)
        if first:
            self.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(USER), PASSWORD))

    def stop(self) -> None:
        """End the server in an orderly way; open sessions are ended."""
        self.process.stop(by=signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL the server and all its sessions."""
        self.process.kill()

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def create_database(self, name: str) -> str:
        """Make an empty database and return its URL for SQLAlchemy."""
        database = sql.Identifier(name)
        self.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(USER)))
        return f"postgresql+psycopg://{USER}:{PASSWORD}@{LOOPBACK}:{self.port}/{name}"

    def drop_database(self, name: str) -> None:
        """Remove a database, also from under its sessions."""
        self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def execute(
        self,
        statement: LiteralString | sql.Composed,
        parameters: tuple[object, ...] = (),
        database: str = "postgres",
    ) -> list[tuple[object, ...]]:
        """Run one statement as the superuser, outside any transaction, and return its rows."""
        with self._connect(database) as connection:
            done = connection.execute(statement, parameters or None)
            return done.fetchall() if done.description else []

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=ADMIN,
            password=ADMIN_PASSWORD,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _answers(self) -> bool:
        try:
            return bool(self.execute("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def _make_data(self) -> None:
        give(self.data, ACCOUNT)
        password = self.folder / "password"
        password.write_text(ADMIN_PASSWORD)
        run_once(
            [
                self._programs / "initdb",
                "-D",
                self.data,
                "-U",
                ADMIN,
                f"--pwfile={password}",
                "--no-sync",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ],
            folder=Path("/"),
            account=ACCOUNT,
        )


def _programs() -> Path | None:
    """Return the folder of the newest PostgreSQL that Debian's package has installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(found, key=lambda programs: int(programs.parent.name), default=None)
