"""Puts right what a stalled relay has sent behind the records of the one that took over (contract 2).

A compacted topic, which keeps the last record of each key, would otherwise tell a state that is past.
"""

import json
import logging
from collections.abc import Sequence
from functools import partial
from uuid import uuid4

from monasca_events_api.domain.definitions import announce_present
from monasca_events_api.domain.kinds import Kinds
from monasca_events_api.errors import Unavailable
from monasca_events_api.storage.attempts import in_transaction
from monasca_events_api.storage.outbox import WaitingMessage
from monasca_events_api.storage.sessions import Database

log = logging.getLogger(__name__)


def put_right(database: Database, kinds: Kinds, late: Sequence[WaitingMessage]) -> None:
    """Announce again, as it is now, each definition of which *late* has a record."""
    request_id = f"req-{uuid4()}"
    last = {row.key: json.loads(row.headers) for row in late}
    log.warning("relay was late request_id=%s definitions=%d", request_id, len(last))
    for identifier, headers in last.items():
        announce = partial(
            announce_present,
            kind=kinds.of(headers["type"]),
            identifier=identifier,
            revision=int(headers["revision"]),
            request_id=request_id,
        )
        try:
            in_transaction(database, announce)
        except Unavailable as error:
            log.error("relay cannot put right what it said late key=%s reason=%s", identifier, error)  # noqa: TRY400 - no defect, no trace
