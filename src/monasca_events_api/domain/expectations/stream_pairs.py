"""Which of the streams that were seen is the one that was expected: a test says so of none."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from monasca_events_api.domain.expectations.run import SeenStream
from monasca_events_api.domain.expectations.suite import ExpectedStream

# The whole of what they are told apart by; the definition and how they end; the definition alone.
_ALIKE = (4, 2, 1)


def paired(
    expected: Iterable[ExpectedStream], seen: Iterable[SeenStream]
) -> list[tuple[ExpectedStream | None, SeenStream | None]]:
    """Pair those that are alike, the more the sooner, and give them by time; what is like no other stands alone."""
    left, right = sorted(expected, key=_order), list(seen)
    pairs: list[tuple[ExpectedStream | None, SeenStream | None]] = []
    for much in _ALIKE:
        free: dict[Sequence[Any], list[SeenStream]] = defaultdict(list)
        for got in sorted(right, key=_order, reverse=True):
            free[_identity(got)[:much]].append(got)
        alone = []
        for want in left:
            alike = free[_identity(want)[:much]]
            if alike:
                pairs.append((want, alike.pop()))
            else:
                alone.append(want)
        left, right = alone, [got for alike in free.values() for got in alike]
    pairs += [(want, None) for want in left]
    pairs += [(None, got) for got in right]
    return sorted(pairs, key=lambda pair: _order(pair[0] or pair[1]))


def _identity(stream: ExpectedStream | SeenStream) -> tuple[Any, ...]:
    return stream.name, stream.end, stream.at, stream.events


def _order(stream: Any) -> tuple[Any, ...]:
    return stream.at, stream.name, stream.events
