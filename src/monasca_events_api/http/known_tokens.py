"""What Keystone has said of tokens, for as long as it is believed: one memory for all threads of a process.

keystonemiddleware's own, without a memcached, looks at every token that it knows for each one that it is asked about,
keeps one memory for each thread that was ever busy, and has no bound.
"""

import threading
import time
from typing import Any

MOST = 10_000
"""How many tokens are known at a time, of some 4 kB each; the one that was asked about first is forgotten first."""


class KnownTokens:
    """Takes the place of keystonemiddleware's cache, and has its methods; *seconds* is how long a token is known."""

    def __init__(self, seconds: float, most: int = MOST) -> None:
        self._seconds = seconds
        self._most = most
        self._writing = threading.Lock()
        # All are known for as long as each other, so the first is always the next to be forgotten.
        self._known: dict[str, tuple[float, Any]] = {}

    def initialize(self, _environ: dict[str, Any]) -> None:
        """Do nothing: it is ready."""

    def get(self, token: str) -> Any:
        """Return what Keystone has said of *token*, None where that is not known."""
        until, said = self._known.get(token, (0.0, None))
        return said if time.monotonic() < until else None

    def set(self, token: str, said: Any) -> None:
        """Remember what Keystone has *said* of *token*."""
        now = time.monotonic()
        with self._writing:
            self._known.pop(token, None)
            self._known[token] = (now + self._seconds, said)
            while self._known and (len(self._known) > self._most or self._first_ends() <= now):
                del self._known[next(iter(self._known))]

    def _first_ends(self) -> float:
        return next(iter(self._known.values()))[0]
