"""Clients that change definitions at random, and remember what they asked and what they were told."""

import random
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from .changes import Body, Change, ChangeLog, Kind, Outcome, Verb, outcome_of

PATIENCE_SECONDS = 30.0
BREATH_SECONDS = 0.2
SPECIFICATION = """\
- event_type: compute.*
  traits:
    host: {{fields: payload.host}}
- event_type: "{mark}"
  traits: {{}}
"""


class SharedDefinitions:
    """The definitions that all writers of a run change, each with the latest name it may have."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: list[tuple[Kind, str, str]] = []

    def add(self, kind: Kind, identifier: str, name: str) -> None:
        """Make a definition known."""
        with self._lock:
            self._found.append((kind, identifier, name))

    def pick(self, chance: random.Random) -> tuple[Kind, str, str] | None:
        """Return one of them, None while there is none."""
        with self._lock:
            return chance.choice(self._found) if self._found else None

    def drop(self, identifier: str) -> None:
        """Forget a definition that is gone."""
        with self._lock:
            self._found = [each for each in self._found if each[1] != identifier]


class Writer(threading.Thread):
    """Sends one request after the other to any of *urls* (``http://host:port``) until it is told to stop."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        seed: str,
        log: ChangeLog,
        shared: SharedDefinitions,
        stop: threading.Event,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        """*headers* and *parameters* go with every request."""
        super().__init__(name=f"writer {seed}", daemon=True)
        self._urls = urls
        self._log = log
        self._shared = shared
        self._seed = seed
        self._stopping = stop
        self._chance = random.Random(seed)
        self._http = httpx.Client(headers=headers, params=parameters, timeout=PATIENCE_SECONDS, trust_env=False)
        self._number = 0

    def run(self) -> None:
        """Change definitions until the stop."""
        with self._http:
            while not self._stopping.is_set():
                self.change_something()

    def change_something(self) -> None:
        """Send one request, most often one that the service should take."""
        picked = self._shared.pick(self._chance)
        dice = self._chance.random()
        if picked is None or dice < 0.3:
            # One in six asks for a name that is taken: that is found out late, when much is written already.
            taken = picked[2] if picked is not None and dice < 0.05 else None
            self.create(picked[0] if taken and picked else self._chance.choice(list(Kind)), taken)
        elif dice < 0.85:
            self.replace(*picked[:2])
        else:
            self.delete(*picked[:2])

    def create(self, kind: Kind, name: str | None = None) -> None:
        """Ask for a new definition, called *name* if that is given."""
        body = self._body(kind, name)
        answer = self._send("POST", kind, "", body)
        identifier = str(answer.json()["id"]) if answer is not None and answer.is_success else ""
        self._remember(kind, Verb.CREATE, identifier, answer, body)
        if identifier:
            self._shared.add(kind, identifier, body["name"])

    def replace(self, kind: Kind, identifier: str) -> None:
        """Ask for a new content, now and then on a condition that may not hold."""
        body = self._body(kind, None)
        condition = {"If-Match": f'"{self._chance.randint(1, 3)}"'} if self._chance.random() < 0.2 else {}
        self._remember(kind, Verb.REPLACE, identifier, self._send("PUT", kind, identifier, body, condition), body)

    def delete(self, kind: Kind, identifier: str) -> None:
        """Ask for a definition's end."""
        answer = self._send("DELETE", kind, identifier)
        self._remember(kind, Verb.DELETE, identifier, answer, None)
        if answer is not None and answer.status_code in {204, 404}:
            self._shared.drop(identifier)

    def _body(self, kind: Kind, name: str | None) -> Body:
        self._number += 1
        mark = f"{self._seed} {self._number} 😀"
        body: Body = {"name": name or f"{kind.value} of {mark}"[:64], "description": mark}
        if kind is Kind.TRANSFORM:
            return {**body, "specification": SPECIFICATION.format(mark=mark), "enabled": self._chance.random() < 0.5}
        return {
            **body,
            "select": [{"event_type": "compute.*", "traits": {"host": mark}}, {"event_type": ["a", "!b"]}],
            "group_by": ["host"],
            "fire_criteria": [{"event_type": "compute.end"}],
            "expiration": self._chance.randint(0, 604_800_000),
            "fire_actions": ["notify"],
            "expire_actions": [],
            "actions_enabled": self._chance.random() < 0.5,
        }

    def _send(
        self, method: str, kind: Kind, identifier: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response | None:
        url = f"{self._chance.choice(self._urls)}/v2.0/{kind.value}{'/' if identifier else ''}{identifier}"
        try:
            return self._http.request(method, url, json=body, headers=headers)
        except httpx.TransportError:
            # Nobody listens, or nobody answers any more: no need to ask as fast as one can.
            self._stopping.wait(BREATH_SECONDS)
            return None

    def _remember(
        self, kind: Kind, verb: Verb, identifier: str, answer: httpx.Response | None, body: Body | None
    ) -> None:
        outcome = outcome_of(None if answer is None else answer.status_code)
        etag = answer.headers.get("ETag") if answer is not None and outcome is Outcome.ACKNOWLEDGED else None
        self._log.add(
            Change(
                kind=kind,
                verb=verb,
                identifier=identifier,
                outcome=outcome,
                body=body,
                revision=int(etag.strip('"')) if etag else None,
            )
        )
