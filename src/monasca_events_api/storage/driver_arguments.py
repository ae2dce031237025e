"""What the databases' drivers are told when they connect: how long to wait, and how to work (contract 3)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import URL

CONNECT_SECONDS = 5
LOCK_SECONDS = 5
ANSWER_SECONDS = 10
MIGRATION_LOCK_SECONDS = 2
"""How long a migration waits for a table, and with it all who come to that table after it."""

POSTGRESQL = {
    "client_encoding": "UTF8",
    "connect_timeout": CONNECT_SECONDS,
    "tcp_user_timeout": ANSWER_SECONDS * 1000,
    # Of a host that is gone after it has taken a statement nothing is heard, and the system would ask after two hours.
    "keepalives_idle": ANSWER_SECONDS // 2,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    # A statement that is prepared is planned without its values, and until somebody has counted a table's rows it seems
    # to have hardly any. For a page PostgreSQL then takes all definitions of the tenant by name and sorts them, not 51
    # by the index that has their order: 63 ms for 50 000, and not 0.1. Where only a sort will do it still sorts; but
    # since that is then held to be dear, it would compile it before.
    "options": f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={ANSWER_SECONDS}s "
    "-c enable_sort=off -c enable_incremental_sort=off -c jit=off",
}
# Without a strict mode MariaDB cuts what is too long, and reports success.
MARIADB = {
    "charset": "utf8mb4",
    "connect_timeout": CONNECT_SECONDS,
    "read_timeout": ANSWER_SECONDS,
    "write_timeout": ANSWER_SECONDS,
    "init_command": "SET sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', "
    f"time_zone = '+00:00', innodb_lock_wait_timeout = {LOCK_SECONDS}",
}
SERVING: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": LOCK_SECONDS},
    "postgresql": POSTGRESQL,
    "mysql": MARIADB,
    "mariadb": MARIADB,
}
MIGRATING: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"options": f"-c lock_timeout={MIGRATION_LOCK_SECONDS}s"},
    "mysql": {"init_command": f"SET lock_wait_timeout = {MIGRATION_LOCK_SECONDS}"},
    "mariadb": {"init_command": f"SET lock_wait_timeout = {MIGRATION_LOCK_SECONDS}"},
}


def arguments(url: URL, ours: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the driver of *url* is told beside it: *ours*, SERVING or MIGRATING."""
    backend = url.get_backend_name()
    told = dict(ours[backend])
    if "options" in told and "options" in url.query:
        # PostgreSQL's, a search_path say: SQLAlchemy would take ours alone.
        told["options"] += f" {url.query['options']}"
    if backend in {"mysql", "mariadb"}:
        if "init_command" in url.query:
            # The URL's own SET comes first; ours stands behind it, so that ours counts.
            told["init_command"] = f"{url.query['init_command']}, {told['init_command'].removeprefix('SET ')}"
        # PyMySQL would make Latin-1 of a text, where MariaDB has UTF-8.
        told["password"] = str(url.password or "").encode()
    return told
