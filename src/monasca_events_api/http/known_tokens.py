"""What Keystone has said of tokens, for as long as it is believed: one memory for all threads of a process.

keystonemiddleware's own, without a memcached, looks at every token that it knows for each one that it is asked about,
keeps one memory for each thread that was ever busy, and has no bound.
"""

import threading
import time
from typing import Any, NamedTuple, Protocol

from monasca_events_api.http.identity import Identity

MOST = 10_000
"""How many tokens are known at a time, of some 4 kB each; the one that was asked about first is forgotten first."""


class Known(NamedTuple):
    """What Keystone has *said* of a token, believed until that time of the monotonic clock, and whose it is."""

    until: float
    said: Any
    identity: Identity | None = None


NOTHING = Known(0.0, None)


class TokenCache(Protocol):
    """What keystonemiddleware asks of a cache."""

    def initialize(self, environ: dict[str, Any]) -> None:
        """Make it ready."""

    def get(self, token: str) -> Any:
        """Return what Keystone has said of *token*, None where that is not known."""

    def set(self, token: str, said: Any) -> None:
        """Remember what Keystone has *said* of *token*."""


class KnownTokens:
    """A cache for keystonemiddleware; *seconds* is how long a token is known.

    *shared* is one that other processes have, too, and is asked about what is not known here: a memcached.
    """

    def __init__(self, seconds: float, most: int = MOST, shared: TokenCache | None = None) -> None:
        self._seconds = seconds
        self._most = most
        self._shared = shared
        self._writing = threading.Lock()
        # In the order in which they were asked about, and mostly that in which they are forgotten.
        self._known: dict[str, Known] = {}

    def initialize(self, _environ: dict[str, Any]) -> None:
        """Do nothing: it is ready."""

    def get(self, token: str) -> Any:
        """Return what Keystone has said of *token*, None where that is not known."""
        said = self._find(token).said
        if said is None and self._shared is not None:
            said = self._shared.get(token)
            if said is not None:
                self._add(token, said)
        return said

    def set(self, token: str, said: Any) -> None:
        """Remember what Keystone has *said* of *token*."""
        self._add(token, said)
        if self._shared is not None:
            self._shared.set(token, said)

    def identity(self, token: str) -> Identity | None:
        """Return whose *token* is, None where that was not found out."""
        return self._find(token).identity

    def belongs(self, token: str, identity: Identity, seconds: float) -> None:
        """Remember whose *token* is, for as long as what Keystone has said of it, and at the most *seconds*."""
        with self._writing:
            if token in self._known:
                until, said, _ = self._known[token]
                self._known[token] = Known(min(until, time.monotonic() + seconds), said, identity)

    def _add(self, token: str, said: Any) -> None:
        now = time.monotonic()
        with self._writing:
            self._known.pop(token, None)
            self._known[token] = Known(now + self._seconds, said)
            while self._known and (len(self._known) > self._most or self._first_ends() <= now):
                del self._known[next(iter(self._known))]

    def _find(self, token: str) -> Known:
        known = self._known.get(token, NOTHING)
        return known if time.monotonic() < known.until else NOTHING

    def _first_ends(self) -> float:
        return next(iter(self._known.values())).until
