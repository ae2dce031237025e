"""A real MariaDB on loopback."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pymysql

from .accounts import give
from .packages import program, required
from .ports import LOOPBACK, free_port
from .processes import ServerProcess, run_once

ACCOUNT = "mysql"
ADMIN, ADMIN_PASSWORD = "admin", "admin-password"
USER, PASSWORD = "monasca", "password"
PACKAGES = ("mariadb-server", "mariadb-client")
# The log is written at every commit, and synchronised once a second.
WITHOUT_FSYNC = {"innodb-flush-log-at-trx-commit": "2", "sync-binlog": "0"}


class MariaDB:
    """A server with an empty data folder of its own; *settings* are any of the server's options.

    Without *fsync*, commits are kept through a SIGKILL of the server, as with it, but not through one of
    the machine.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None, fsync: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.data = folder / "data"
        configured = {
            **_settings(self.data, self.port),
            **({} if fsync else WITHOUT_FSYNC),
            **(settings or {}),
        }
        server = required(lambda: program("mariadbd"), PACKAGES)
        self.process = ServerProcess(
            [server, "--no-defaults", *(f"--{name}={value}" for name, value in configured.items())],
            folder=Path("/"),
            log_file=folder / "mariadb.log",
            account=ACCOUNT,
        )

    def start(self) -> None:
        """Start the server, for the first time on an empty data folder, and wait until it answers."""
        if not self.data.exists():
            self.make_data()
        self.process.start()
        self.process.wait_ready(self.answers)

    def stop(self) -> None:
        """End the server in an orderly way; open sessions are ended."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL the server."""
        self.process.kill()

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def create_database(self, name: str) -> str:
        """Make an empty database and return its URL for SQLAlchemy."""
        self.execute(f"CREATE DATABASE `{name}`")
        return self.url(name)

    def url(self, database: str) -> str:
        """Return the URL of a database on this server for SQLAlchemy."""
        return f"mysql+pymysql://{USER}:{PASSWORD}@{LOOPBACK}:{self.port}/{database}?charset=utf8mb4"

    def drop_database(self, name: str) -> None:
        """Remove a database."""
        self.execute(f"DROP DATABASE `{name}`")

    def execute(
        self, statement: str, parameters: tuple[object, ...] = (), database: str | None = None
    ) -> list[tuple[object, ...]]:
        """Run one statement as the superuser, committed at once, and return its rows."""
        connection = pymysql.connect(
            host=LOOPBACK,
            port=self.port,
            user=ADMIN,
            password=ADMIN_PASSWORD,
            database=database,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=5,
        )
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return list(cursor.fetchall())

    def answers(self) -> bool:
        """Say whether the server takes statements."""
        try:
            return bool(self.execute("SELECT 1"))
        except pymysql.MySQLError:
            return False

    def make_data(self) -> None:
        """Fill the data folder with the system tables and the accounts."""
        give(self.data, ACCOUNT)
        installer = required(lambda: program("mariadb-install-db"), PACKAGES)
        accounts = self.folder / "accounts.sql"
        accounts.write_text(
            "FLUSH PRIVILEGES;\n"  # the installation runs without them, and refuses to make accounts
            f"CREATE USER '{ADMIN}'@'%' IDENTIFIED BY '{ADMIN_PASSWORD}';\n"
            f"GRANT ALL ON *.* TO '{ADMIN}'@'%' WITH GRANT OPTION;\n"
            f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n"
            f"GRANT ALL ON `%`.* TO '{USER}'@'%';\n"
        )
        run_once(
            [
                installer,
                "--no-defaults",
                f"--datadir={self.data}",
                f"--tmpdir={self.data}",
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
                f"--extra-file={accounts}",
            ],
            folder=Path("/"),
            account=ACCOUNT,
        )


def _settings(data: Path, port: int) -> dict[str, str]:
    return {
        "datadir": str(data),
        # A server that starts removes temporary tables, those of others, too.
        "tmpdir": str(data),
        "port": str(port),
        "bind-address": LOOPBACK,
        # Relative to the data folder: a socket's path is short.
        "socket": "mariadb.sock",
        "pid-file": str(data / "mariadb.pid"),
        "character-set-server": "utf8mb4",
        "max-connections": "300",
        "skip-name-resolve": "ON",
        "performance-schema": "OFF",
        "innodb-buffer-pool-size": "64M",
        "innodb-log-file-size": "16M",
    }
