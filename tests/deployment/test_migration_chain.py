"""The chain of migrations: its numbers, and rows of the first schema, which must be there with the newest."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import column, create_engine, table

from api.examples import NEVER_USED, unique
from api.running_service import databases
from history.stored import wait_for_empty_outbox
from monasca_events_api.storage.models import REVISION
from servers.api_process import PROJECT, ApiProcess
from servers.run import folder_of_the_run

TRANSFORM = {"name": "kept", "description": "as it was", "specification": "[]", "enabled": True}
STREAM_DEFINITION = {
    "name": "kept",
    "description": "as it was",
    "select": [{"event_type": "a"}],
    "group_by": [],
    "fire_criteria": [{"event_type": "b"}],
    "expiration": 5,
    "fire_actions": [],
    "expire_actions": [],
    "actions_enabled": True,
}
OWN = {"tenant_id": "own-tenant", "updated_at": 2000}
KEPT = {**OWN, "name": "kept", "revision": 3, "created_at": 1000}
HEADERS = '{"id": "i", "type": "transform-deleted", "revision": "4"}'
FIRST_SCHEMA: dict[str, dict[str, Any]] = {
    "transforms": {**KEPT, "id": "t-1", "document": json.dumps(TRANSFORM), "enabled": True},
    "stream_definitions": {**KEPT, "id": "s-1", "document": json.dumps(STREAM_DEFINITION)},
    "deleted_definitions": {**OWN, "id": NEVER_USED, "kind": "transform", "position": 9, "name": "gone"},
    "outbox": {
        "topic": "transform-definitions",
        "key": "t-0",
        "headers": HEADERS,
        "value": "{}",
        "size": 2,
        "created_at": 1000,
    },
}
"""A row of each table, as a release with the first schema has written it."""


@pytest.fixture(params=databases)
def grown(request: pytest.FixtureRequest) -> Iterator[ApiProcess]:
    """The service on a database that was filled under the first schema and has the newest."""
    folder = folder_of_the_run(unique("chain"))
    url = databases[request.param](request, folder)
    main = {"sqlalchemy.url": url, "messages.directory": str(folder / "topics")}
    identity = {"tenant_id": "own-tenant", "roles": "monasca-user"}
    api = ApiProcess(folder, {"app:main": main, "filter:identity": identity}, sample="development.ini")
    api.command("alembic", "-c", str(api.ini), "upgrade", "0001")
    engine = create_engine(url)
    with engine.begin() as connection:
        for name, values in FIRST_SCHEMA.items():
            connection.execute(table(name, *map(column, values)).insert().values(values))
    engine.dispose()
    api.migrate()
    api.start()
    yield api
    wait_for_empty_outbox(url)
    api.stop()


def test_what_the_first_schema_held_is_there_with_the_newest(grown: ApiProcess) -> None:
    with httpx.Client(base_url=f"{grown.url}/v2.0", trust_env=False, timeout=30) as client:
        for path, kept in (("/transforms/t-1", TRANSFORM), ("/stream-definitions/s-1", STREAM_DEFINITION)):
            answer = client.get(path)
            assert (kept.items() <= answer.json().items(), answer.headers["ETag"]) == (True, '"3"')
        assert client.get("/transforms", params={"offset": NEVER_USED}).status_code == 200


def chain() -> list[str]:
    """Return the migrations, oldest first."""
    script = ScriptDirectory(str(PROJECT / "alembic"))
    return [each.revision for each in reversed(list(script.walk_revisions()))]


def test_the_code_needs_the_newest_migration() -> None:
    assert chain()[-1] == REVISION


def test_migrations_are_numbered_in_their_order() -> None:
    assert chain() == [f"{number:04}" for number in range(1, len(chain()) + 1)]
