"""Stream definitions by SQL, as many as a cloud has: half of them one tenant's, the rest of tenants with fifty each.

The large tenant's come first, so that behind the end of its list there are half a million rows of others: where a
database looks for the next page by the order of creation alone, it passes all of these.
"""

from sqlalchemy import Connection, text

from measuring import bodies
from measuring.system import TENANT
from monasca_events_api.storage.sessions import Database

OTHERS_HAVE = 50
BATCH = 100_000

# An id is a UUID made of the number's hash: as random as the service's own, and the same on both databases.
_FILL = """
    INSERT INTO stream_definitions (id, tenant_id, name, revision, created_at, updated_at, document)
    SELECT concat(substr(h, 1, 8), '-', substr(h, 9, 4), '-4', substr(h, 14, 3), '-8', substr(h, 18, 3), '-',
                  substr(h, 21)),
           CASE WHEN n <= :middle THEN :large ELSE concat('small-', {tenant}) END,
           concat('filled ', n), 1, 1767323045, 1767323045, concat('{{"name":"filled ', n, '",', {fields})
    FROM (SELECT n, md5({text}) AS h FROM {numbers}) AS hashed
    ORDER BY n
"""
_DIALECTS = {
    "postgresql": {
        "tenant": f"n / {OTHERS_HAVE}",
        "text": "n::text",
        "fields": "CAST(:fields AS text)",
        "numbers": "generate_series({first}, {last}) AS numbers (n)",
    },
    "mysql": {
        "tenant": f"n DIV {OTHERS_HAVE}",
        "text": "n",
        "fields": ":fields",
        # The rows of MariaDB's sequence engine: the table's name says which.
        "numbers": "(SELECT seq AS n FROM seq_{first}_to_{last}) AS numbers",
    },
}
_COUNT = """
    INSERT INTO definition_counts (tenant_id, kind, number)
    SELECT tenant_id, 'stream-definition', count(*) FROM stream_definitions GROUP BY tenant_id
"""
_BYTES = {
    "postgresql": "SELECT pg_total_relation_size('stream_definitions')",
    "mysql": """SELECT data_length + index_length FROM information_schema.tables
                WHERE table_schema = database() AND table_name = 'stream_definitions'""",
}
_STATISTICS = {"postgresql": "VACUUM ANALYZE stream_definitions", "mysql": "ANALYZE TABLE stream_definitions"}


def fill(database: Database, rows: int, already: int) -> None:
    """Add the stream definitions *already* + 1 to *rows*, and bring counts and statistics up to date."""
    fields = bodies.text({name: value for name, value in bodies.STREAM_DEFINITION.items() if name != "name"})[1:]
    with database.migrating() as connection:
        for first in range(already + 1, rows + 1, BATCH):
            statement = _statement(connection, first, min(rows, first + BATCH - 1))
            values = {"large": TENANT, "fields": fields, "middle": already + (rows - already) // 2}
            connection.execute(text(statement), values)
            connection.commit()
        connection.execute(text("DELETE FROM definition_counts"))
        connection.execute(text(_COUNT))
        connection.commit()
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        autocommit.execute(text(_STATISTICS[connection.dialect.name]))


def stored_bytes(database: Database) -> int:
    """Return what the table of stream definitions takes on the disk, its indexes included."""
    with database.migrating() as connection:
        return int(connection.execute(text(_BYTES[connection.dialect.name])).scalar_one())


def some_ids(database: Database, tenant_id: str, most: int) -> list[str]:
    """Return the ids of *most* of a tenant's stream definitions, from all over its list, the last one included."""
    listed = text("SELECT id FROM stream_definitions WHERE tenant_id = :tenant ORDER BY position")
    with database.migrating() as connection:
        found = [str(each) for each in connection.execute(listed, {"tenant": tenant_id}).scalars()]
    return [*found[:: max(1, len(found) // most)], found[-1]]


def _statement(connection: Connection, first: int, last: int) -> str:
    parts = dict(_DIALECTS[connection.dialect.name])
    parts["numbers"] = parts["numbers"].format(first=first, last=last)
    return _FILL.format(**parts)
