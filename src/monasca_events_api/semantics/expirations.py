"""When open streams end (semantics 2, Life of a stream, 1)."""

import heapq
from collections.abc import Iterator
from datetime import datetime

from monasca_events_api.semantics.streams import Stream

_ROOM_FOR_OLD_ENTRIES = 1_000


class Expirations:
    """The ends of all open streams, earliest first; those of one instant in the order of opening."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Stream]] = []
        self._ends: dict[int, datetime] = {}

    def schedule(self, stream: Stream) -> None:
        """Note the end of *stream*, a new one or one whose end has moved forward."""
        self._ends[stream.serial] = stream.end
        heapq.heappush(self._heap, (stream.end, stream.serial, stream))

    def forget(self, stream: Stream) -> None:
        """Drop a stream that has ended otherwise."""
        self._ends.pop(stream.serial, None)
        # Its entry would keep it and its events in memory for up to a week.
        if len(self._heap) > 2 * len(self._ends) + _ROOM_FOR_OLD_ENTRIES:
            self._heap = [entry for entry in self._heap if self._ends.get(entry[1]) == entry[0]]
            heapq.heapify(self._heap)

    def due(self, now: datetime) -> Iterator[Stream]:
        """Take out the streams whose time is up at *now*, one after the other."""
        while self._heap and self._heap[0][0] <= now:
            end, serial, stream = heapq.heappop(self._heap)
            if self._ends.get(serial) == end:
                del self._ends[serial]
                yield stream
