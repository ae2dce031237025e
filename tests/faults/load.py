"""Clients that change definitions while something is broken, and what is found of their changes in the end."""

import random
import threading
from collections.abc import Collection, Iterable, Sequence

from announcing_service import TENANT, AnnouncingService

from faults.seeds import SEED
from history.changes import ChangeLog, Kind, Outcome
from history.checker import check
from history.stored import read_stored, wait_for_empty_outbox
from history.topics import read_topics
from history.verdict import Verdict
from history.writers import SharedDefinitions, Writer
from servers.processes import wait_until

BREATH_SECONDS = 0.1
DRAIN_SECONDS = 60


class PacedWriter(Writer):
    """A writer that takes a breath after each request: two cores have servers to run, too."""

    def change_something(self) -> None:
        """Send one request, and rest."""
        super().change_something()
        self._stopping.wait(BREATH_SECONDS)


class ReplacingWriter(PacedWriter):
    """A writer that knows no other request than to replace one of the definitions there are."""

    def change_something(self) -> None:
        """Replace one, and rest."""
        picked = self._shared.pick(self._chance)
        if picked is not None:
            self.replace(*picked[:2])
        self._stopping.wait(BREATH_SECONDS)


class Load:
    """*writers* that change definitions of *service* at random from ``start`` to ``stop``."""

    def __init__(
        self,
        service: AnnouncingService,
        name: str,
        *,
        writers: int = 6,
        kind: type[Writer] = PacedWriter,
        urls: Sequence[str] = (),
        token: str | None = None,
    ) -> None:
        """*name* tells the writers' changes from those of others; *token* is Keystone's, where it is asked for."""
        self.service = service
        self.log = ChangeLog()
        self.shared = SharedDefinitions()
        self._stop = threading.Event()
        self._name = name
        self._urls = urls or service.urls
        self._headers = {} if token is None else {"X-Auth-Token": token}
        self._parameters = {"tenant_id": TENANT} if token is None else {}
        self._writers = [self._writer(kind, str(number), self._urls, self.shared) for number in range(writers)]

    def start(self) -> None:
        """Let the writers begin."""
        for writer in self._writers:
            writer.start()

    def stop(self) -> None:
        """Let the writers end; each has its last answer, or knows that there is none."""
        self._stop.set()
        for writer in self._writers:
            if writer.ident is not None:
                writer.join()

    def create(self, kind: Kind, url: str = "") -> str:
        """Create one definition, by the process at *url*, for all writers to change; return its id."""
        own = SharedDefinitions()
        number = len(self.log)
        writer = self._writer(Writer, f"create {number}", [url] if url else self._urls, own)
        with writer._http:
            writer.create(kind)
        created = own.pick(random.Random(0))
        assert created is not None, "nothing was created"
        self.shared.add(*created)
        return created[1]

    @property
    def acknowledged(self) -> int:
        """How many changes were acknowledged by now."""
        return self._count(Outcome.ACKNOWLEDGED)

    @property
    def unknown(self) -> int:
        """How many changes have no known outcome by now."""
        return self._count(Outcome.UNKNOWN)

    def wait_for_changes(self, more: int, seconds: float = 60) -> None:
        """Wait until *more* changes than by now are acknowledged: by their number, not by the clock."""
        wanted = self.acknowledged + more
        wait_until(lambda: self.acknowledged >= wanted, f"{more} more changes acknowledged", seconds)

    def verdict(self, discarded: Collection[tuple[str, int]] = ()) -> Verdict:
        """Stop, wait until all is announced, and return what the histories say.

        *discarded* are keys and revisions that an operator has chosen to forget.
        """
        self.stop()
        wait_for_empty_outbox(self.service.database_url, DRAIN_SECONDS)
        stored = read_stored(self.service.database_url)
        stored = stored._replace(set_aside=stored.set_aside | frozenset(discarded))
        return check(self.log, stored, read_topics(self.service.kafka.bootstrap, self.service.definition_topics))

    def _writer(self, kind: type[Writer], name: str, urls: Sequence[str], shared: SharedDefinitions) -> Writer:
        return kind(
            urls,
            seed=f"{SEED}.{self._name}.{name}",
            log=self.log,
            shared=shared,
            stop=self._stop,
            headers=self._headers,
            parameters=self._parameters,
        )

    def _count(self, outcome: Outcome) -> int:
        return sum(change.outcome is outcome for change in self.log)


def wait_for_changes(loads: Iterable[Load], more: int, seconds: float = 60) -> None:
    """Wait until each of *loads* has *more* changes acknowledged."""
    for load in loads:
        load.wait_for_changes(more, seconds)
