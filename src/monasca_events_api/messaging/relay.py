"""From the outbox to the publisher: every waiting record, in order for each key, at least once (contract 2).

One relay works at a time, whoever has the lease; the others stand by. A record leaves the outbox after its
acknowledgement: a crash in between sends it twice, with the same id; the reverse order would lose it.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import uuid4

from monasca_events_api import metrics
from monasca_events_api.errors import Unavailable
from monasca_events_api.messaging.publisher import Message, Outcome, Publisher, Receipt, Refused
from monasca_events_api.messaging.waves import first_of_each_key, message_of
from monasca_events_api.storage import outbox, relay_lease
from monasca_events_api.storage.outbox import WaitingMessage
from monasca_events_api.storage.sessions import Connection, Database

log = logging.getLogger(__name__)

STANDBY_SECONDS = 1.0
GATHER_SECONDS = 0.015
"""How long a wake-up waits for more: the work for one record and for ten is nearly the same."""
CLOSED_SECONDS = 5.0
"""How long a topic that takes nothing is left alone: to ask it again holds up the others for a moment."""

PutRight = Callable[[Sequence[WaitingMessage]], None]
"""Is given records that may have gone out behind newer ones of their keys, and sees to what is said of these."""


class _Stuck(NamedTuple):
    """What is left for a later pass: keys whose record was not taken, topics that take nothing, and why.

    It only grows while a pass lasts: a record that overtakes an earlier one of its key would be out of order.
    """

    keys: set[str]
    topics: set[str]
    reasons: set[str]

    def holds(self, row: WaitingMessage) -> bool:
        return row.key in self.keys or row.topic in self.topics


class Relay:
    """Empties the outbox into *publisher*, in a thread of its own (``start``) or the caller's (``run``)."""

    def __init__(
        self, database: Database, publisher: Publisher, lease: float, poll: float, put_right: PutRight
    ) -> None:
        """*lease* and *poll* are seconds; a ``publish`` must not take longer than half a lease.

        *put_right* is given what was sent too late.
        """
        self._database = database
        self._publisher = publisher
        self._lease = lease
        self._poll = poll
        self._put_right = put_right
        self._holder = ""
        self._lease_ends = 0.0
        self._stands_by = False
        self._closed: dict[str, tuple[float, str]] = {}
        self._wakeup = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._trouble = ""

    @property
    def holds_lease(self) -> bool:
        """Whether this relay is the one that publishes."""
        return time.monotonic() < self._lease_ends

    def start(self) -> None:
        """Run in a thread of its own, until ``stop`` or the end of the process."""
        self._thread = threading.Thread(target=self.run, name="relay", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that something waits; never blocks."""
        self._wakeup.set()

    def stop(self) -> None:
        """Finish what is being sent, give the lease back, and end."""
        self._stopping.set()
        self.wake()
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Relay until ``stop``; a database or a broker that is away is waited for."""
        # Here, so after any fork: two workers under one name would hold the lease both.
        self._holder = str(uuid4())
        try:
            while not self._stopping.is_set():
                self._pause(held=self._work())
        finally:
            self._release()

    def _work(self) -> bool:
        """Send what waits, if this relay has the lease; say whether it has, and all went well."""
        try:
            held = self._renew_lease()
            if held:
                self._drain()
        except Unavailable as error:
            self._report(str(error))
            return False
        except Exception:
            log.exception("relay failed, trying again")
            return False
        return held

    def _pause(self, *, held: bool) -> None:
        # Who waits for a broker has the lease all the same.
        metrics.RELAY_LEASE.set(self.holds_lease)
        # Who stands by has nothing to do at a wake-up: the one that has the lease looks by itself.
        if not held:
            self._stopping.wait(STANDBY_SECONDS)
        elif self._wakeup.wait(self._poll):
            self._stopping.wait(GATHER_SECONDS)
        # Before the next look at whether it is to end: a ``stop`` behind that look still cuts the next pause short.
        self._wakeup.clear()

    def _report(self, trouble: str) -> None:
        # Once, not every second of an outage of hours.
        if trouble and trouble != self._trouble:
            log.warning("relay waits reason=%s", trouble)
        elif self._trouble and not trouble:
            log.info("relay goes on")
        self._trouble = trouble

    def _release(self) -> None:
        try:
            with self._database.immediate() as connection:
                relay_lease.release(connection, self._holder)
        except Unavailable:
            log.warning("relay could not give its lease back, it will run out")
        metrics.RELAY_LEASE.set(0)
        self._publisher.close()

    def _renew_lease(self) -> bool:
        # The local clock starts before the question, so this relay believes in its lease shorter than others.
        asked = time.monotonic()
        if self._lease_ends - asked > self._lease / 2:
            return True
        held = self.holds_lease
        with self._database.immediate() as connection:
            taken = relay_lease.take(connection, self._holder, self._lease)
        self._lease_ends = asked + self._lease if taken else 0.0
        metrics.RELAY_LEASE.set(taken)
        if taken and not held:
            log.info("relay took the lease")
        elif not taken and not self._stands_by:
            log.info("relay stands by")
        self._stands_by = not taken
        return taken

    def _drain(self) -> None:
        """Take up every waiting record once, but what is stuck."""
        stuck = self._still_closed()
        after = 0
        more = True
        while more and not self._stopping.is_set() and self._renew_lease():
            with self._database.immediate() as connection:
                rows = outbox.waiting(connection, after, stuck.topics)
                # A change may have been committed behind this pass, and a later one of its key ahead of it.
                stuck.keys.update(outbox.keys_up_to(connection, after, {row.key for row in rows}))
            if rows:
                self._relay(rows, stuck)
                after = rows[-1].position
            more = len(rows) == outbox.BATCH
        self._report("; ".join(sorted(stuck.reasons)))

    def _still_closed(self) -> _Stuck:
        now = time.monotonic()
        self._closed = {topic: closed for topic, closed in self._closed.items() if now < closed[0]}
        return _Stuck(set(), set(self._closed), {reason for _, reason in self._closed.values()})

    def _relay(self, rows: Sequence[WaitingMessage], stuck: _Stuck) -> None:
        acknowledged: list[int] = []
        batch = rows
        try:
            while rows := [row for row in rows if not stuck.holds(row)]:
                wave, rows = first_of_each_key(rows)
                wave = self._with_values(wave)
                # Last: to read the values may have taken longer than the lease.
                if self._stopping.is_set() or not self._renew_lease():
                    break
                for row, outcome in zip(wave, self._publish(wave), strict=True):
                    self._settle(row, outcome, acknowledged, stuck)
        finally:
            self._remove(batch, set(acknowledged))

    def _publish(self, wave: Sequence[WaitingMessage]) -> list[Outcome]:
        made = [message_of(row) for row in wave]
        published = iter(self._publisher.publish([each for each in made if isinstance(each, Message)]))
        return [next(published) if isinstance(each, Message) else each for each in made]

    def _settle(self, row: WaitingMessage, outcome: Outcome, acknowledged: list[int], stuck: _Stuck) -> None:
        if isinstance(outcome, Receipt):
            acknowledged.append(row.position)
        elif outcome.for_good:
            self._set_aside(row, outcome.reason)
        else:
            self._leave(row, outcome, stuck)

    def _leave(self, row: WaitingMessage, refused: Refused, stuck: _Stuck) -> None:
        stuck.keys.add(row.key)
        stuck.reasons.add(refused.reason)
        if refused.topic_closed:
            stuck.topics.add(row.topic)
            self._closed[row.topic] = (time.monotonic() + CLOSED_SECONDS, refused.reason)

    def _with_values(self, wave: Sequence[WaitingMessage]) -> list[WaitingMessage]:
        if all(row.value is not None for row in wave):
            return list(wave)
        with self._database.immediate() as connection:
            read = [_with_value(connection, row) for row in wave]
        # What is gone meanwhile was sent by a relay that took over.
        return [row for row in read if row.value is not None]

    def _remove(self, batch: Sequence[WaitingMessage], acknowledged: set[int]) -> None:
        if not acknowledged:
            return
        with self._database.immediate() as connection:
            removed = outbox.remove(connection, list(acknowledged))
        log.debug("relayed messages=%d", len(acknowledged))
        if removed < len(acknowledged):
            # This relay stood still while it sent, and another one took over: it has sent them, and perhaps newer ones.
            self._put_right([row for row in batch if row.position in acknowledged])

    def _set_aside(self, row: WaitingMessage, reason: str) -> None:
        log.error("set aside position=%d key=%s size=%d reason=%s", row.position, row.key, row.size, reason)
        with self._database.transaction() as transaction:
            outbox.set_aside(transaction, row.position, reason)


def _with_value(connection: Connection, row: WaitingMessage) -> WaitingMessage:
    if row.value is not None:
        return row
    return row._replace(value=outbox.value_of(connection, row.position))
