"""The loop over connections. Unlike waitress's own it does not ask all of them at each turn what they wait for.

A hundred idle connections then add next to nothing to a request. With waitress's own loop, four hundred of them make it
two to three times as dear.
"""

import select
import time
from typing import Any

from waitress import wasyncore

from monasca_events_api.serving.channel import OneWriteChannel

ALL_SECONDS = 1.0
"""How often all are asked: some wait for a time, and none for more than this without being asked."""
_READ = select.POLLIN | select.POLLPRI
_ENDED = select.POLLHUP | select.POLLERR | select.POLLNVAL


class Loop(dict[int, Any]):
    """waitress's map from file numbers to its connections, sockets and triggers; ``turn`` serves them."""

    def __init__(self) -> None:
        super().__init__()
        self._poll = select.poll()
        self._watched: dict[int, int] = {}
        self._lively: set[int] = set()
        self._all_at = 0.0

    def __setitem__(self, number: int, channel: Any) -> None:
        """Add one."""
        super().__setitem__(number, channel)
        self._lively.add(number)

    def __delitem__(self, number: int) -> None:
        """Forget one that is closed, or about to be."""
        super().__delitem__(number)
        self._lively.discard(number)
        self._ignore(number)

    def turn(self, seconds: float) -> None:
        """Wait for something to happen, for up to *seconds*, and do what is to be done about it."""
        if time.monotonic() >= self._all_at:
            self._lively.update(self)
            self._all_at = time.monotonic() + ALL_SECONDS
        for number in list(self._lively):
            self._ask(number)
        happened = [(number, self[number], flags) for number, flags in self._poll.poll(int(seconds * 1000))]
        for number, channel, flags in happened:
            # What stood before it in the list may have closed it, and another one may have its number by now.
            if self.get(number) is channel:
                self._lively.add(number)
                self._serve(number, channel, flags)

    def _ask(self, number: int) -> None:
        channel = self[number]
        wanted = _wanted(channel)
        if number not in self:
            return  # it has waited for too long, and closed itself
        # Whoever waits for nothing, since it has a request in hand, will most often hear nothing until it has answered:
        # to take it out of the list and put it in again would be for nothing, too.
        if wanted and wanted != self._watched.get(number):
            self._poll.register(number, wanted)
            self._watched[number] = wanted
        if wanted == _READ and isinstance(channel, OneWriteChannel) and not channel.requests:
            self._lively.discard(number)

    def _serve(self, number: int, channel: Any, flags: int) -> None:
        wanted = _wanted(channel)
        if wanted:
            wasyncore.readwrite(channel, flags & (wanted | _ENDED))
        else:
            self._ignore(number)

    def _ignore(self, number: int) -> None:
        if self._watched.pop(number, None) is not None:
            self._poll.unregister(number)


def _wanted(channel: Any) -> int:
    wanted = _READ if channel.readable() else 0
    if channel.writable() and not channel.accepting:
        wanted |= select.POLLOUT
    return wanted
