"""A connection to PostgreSQL that is left when the server does not answer.

The server sees to ``statement_timeout`` itself. Where its processes or its disk stand still, and in a COMMIT that waits
for a standby, it does not, while its host goes on acknowledging what the network brings: all threads would soon wait
for it, for as long as that takes. The driver of MariaDB has such a limit of its own.
"""

from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from monasca_events_api.storage.driver_arguments import ANSWER_SECONDS

WAIT_SECONDS = ANSWER_SECONDS + 2
"""More than the server gives a statement: where it can still say so itself, it says why."""


class AnsweringConnection(psycopg.Connection[Any]):
    """Closes itself and raises OperationalError when an answer takes longer than WAIT_SECONDS."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Bring *gen*, an exchange with the server, to its end; *interval* and *timeout* are seconds."""
        try:
            return super().wait(gen, interval, WAIT_SECONDS if timeout is None else timeout)
        except psycopg.OperationalError:
            # The answer may yet come, and would be taken for that to the next statement.
            if timeout is None and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise
