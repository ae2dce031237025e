"""A new database with the schema; ``name`` says of which kind."""

from collections.abc import Iterator

import pytest

from api.running_service import databases
from monasca_events_api.storage.models import StreamDefinition
from monasca_events_api.storage.sessions import Database
from servers.run import folder_of_the_run


@pytest.fixture(params=databases)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(request: pytest.FixtureRequest, name: str) -> Iterator[Database]:
    database = Database(databases[name](request, folder_of_the_run(f"storage-test-{name}")))
    with database.migrating() as migrating:
        StreamDefinition.metadata.create_all(migrating)
        migrating.commit()
    yield database
    database.dispose()
