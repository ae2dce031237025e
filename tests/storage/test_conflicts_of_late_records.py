"""What puts late records right when the database gives way to others meanwhile (contract 2)."""

import pytest
from announcing_service import PRODUCTION

from api.examples import transform
from faults.conflicts import ONE_IN, Conflicts
from monasca_events_api.domain import definitions
from monasca_events_api.domain.kinds import kinds
from monasca_events_api.domain.late_records import put_right
from monasca_events_api.settings import read_settings
from monasca_events_api.storage import outbox
from monasca_events_api.storage.sessions import Database

BOTH = kinds(read_settings({"sqlalchemy.url": "sqlite://", "messages.publisher": "files"}))


@pytest.mark.parametrize("name", PRODUCTION)
def test_each_definition_is_announced_again_though_the_database_gives_way(database: Database) -> None:
    with database.transaction() as transaction:
        for _ in range(2 * ONE_IN):
            definitions.create(transaction, BOTH.transform, "tenant", transform(), "req-1")
    with database.immediate() as connection:
        late = outbox.waiting(connection, 0)
        url = connection.engine.url.render_as_string(hide_password=False)
    conflicts = Conflicts(url)
    put_right(database, BOTH, late)
    assert conflicts.end() > 1
    with database.immediate() as connection:
        again = outbox.waiting(connection, late[-1].position)
    assert [row.key for row in again] == [row.key for row in late]
