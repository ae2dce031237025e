"""Clients that post events while something is broken, and whether each of their answers was true (contract 2)."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from announcing_service import TENANT, AnnouncingService

from api.examples import event
from history.topics import TopicReader
from history.verdict import Verdict

BATCH = 20
PATIENCE_SECONDS = 30.0
BREATH_SECONDS = 0.1


@dataclass
class Answers:
    """What the clients were told: of which events that they are there, of which that they may not be."""

    promised: set[str] = field(default_factory=set)
    posted: set[str] = field(default_factory=set)
    refusals: int = 0
    nameless: list[str] = field(default_factory=list)
    """Refusals that neither name events nor say that none was sent."""
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, events: Sequence[dict[str, Any]], answer: httpx.Response | None) -> None:
        """Remember an answer, or the lack of one."""
        ids = [each["message_id"] for each in events]
        with self.lock:
            self.posted |= set(ids)
            if answer is None:
                return
            self.slowest = max(self.slowest, answer.elapsed.total_seconds())
            if answer.status_code == 204:
                self.promised |= set(ids)
                return
            self.refusals += 1
            self._add_refusal(ids, answer)

    def _add_refusal(self, ids: Sequence[str], answer: httpx.Response) -> None:
        names = [each["name"] for each in answer.json()["errors"]]
        if answer.status_code != 503 or "Retry-After" not in answer.headers:
            self.nameless.append(answer.text)
        elif all(name.isdigit() for name in names):
            # The others are acknowledged.
            self.promised |= {identifier for index, identifier in enumerate(ids) if str(index) not in names}
        elif not any(reason in answer.text for reason in ("Kafka is away", "Too many requests wait for Kafka")):
            self.nameless.append(answer.text)


class EventLoad:
    """*clients* that post batches of events to *service*, one after the other, from ``start`` to ``stop``."""

    def __init__(self, service: AnnouncingService, clients: int = 4) -> None:
        self.answers = Answers()
        self.service = service
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._post, daemon=True) for _ in range(clients)]

    def start(self) -> None:
        """Let the clients begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the clients end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def verdict(self) -> Verdict:
        """Stop, and return what a consumer says to the answers: batches count as what was acknowledged."""
        self.stop()
        with TopicReader(self.service.kafka.bootstrap, [self.service.events_topic]) as reader:
            read = [record.headers["id"] for record in reader.read_to_end()]
        there = set(read)
        return Verdict(
            acknowledged=len(self.answers.promised),
            repeated=len(read) - len(there),
            lost=sorted(self.answers.promised - there),
            invented=sorted(there - self.answers.posted),
            altered=self.answers.nameless,
        )

    def _post(self) -> None:
        url = f"{self.service.urls[0]}/v2.0/events"
        with httpx.Client(params={"tenant_id": TENANT}, timeout=PATIENCE_SECONDS, trust_env=False) as client:
            while not self._stop.is_set():
                events = [event() for _ in range(BATCH)]
                try:
                    self.answers.add(events, client.post(url, json=events))
                except httpx.TransportError:
                    self.answers.add(events, None)
                self._stop.wait(BREATH_SECONDS)
