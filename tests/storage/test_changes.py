"""What a changed definition is stored with (contract 1.4)."""

from sqlalchemy import update

from api.examples import stream_definition
from monasca_events_api.domain import definitions
from monasca_events_api.domain.kinds import kinds
from monasca_events_api.settings import read_settings
from monasca_events_api.storage.models import StreamDefinition
from monasca_events_api.storage.sessions import Database

KIND = kinds(read_settings({"sqlalchemy.url": "sqlite://", "messages.publisher": "files"})).stream_definition
FAR_AHEAD = 4_102_444_800
"""The year 2100: another host, whose clock was wrong, has changed it last."""


def test_the_time_of_the_last_change_never_goes_back(database: Database) -> None:
    with database.transaction() as transaction:
        created = definitions.create(transaction, KIND, "tenant", stream_definition(), "req-1")
        transaction.execute(update(StreamDefinition).values(updated_at=FAR_AHEAD))
    with database.transaction() as transaction:
        changed = definitions.change(
            transaction,
            KIND,
            "tenant",
            created.id,
            lambda fields: {**fields, "description": "changed"},
            lambda _revision: True,
            "req-2",
        )
    assert (changed.revision, changed.updated_at) == (2, FAR_AHEAD)
