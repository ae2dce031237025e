"""CPU time of the stream matcher for each event, with few and with many definitions.

Run: python benchmarks/match_streams.py [events]
"""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from monasca_events_api.semantics.stream_definition import compile_definition
from monasca_events_api.semantics.stream_matcher import StreamMatcher

START = datetime(2015, 7, 20, 15, 44, 1, tzinfo=UTC)
STEPS = ("create.start", "update", "create.end", "exists")
MANY = 200


def provisioning(number: int) -> dict[str, Any]:
    """Make the definition of the manual: a boot that does not end within an hour."""
    kind = f"compute{number}"
    return {
        "name": f"provisioning {number}",
        "select": [{"event_type": [f"{kind}.instance.*", "!*.exists"], "traits": {"tenant_id": "406904"}}],
        "group_by": ["instance_id"],
        "fire_criteria": [
            {"event_type": f"{kind}.instance.create.start"},
            {"event_type": f"{kind}.instance.create.end", "traits": {"memory_mb": {"int": "> 511"}}},
        ],
        "expiration": 3_600_000,
    }


def same_hour(number: int) -> dict[str, Any]:
    """Make a definition with a time expression."""
    traits = {"launched_at": {"datetime": "$timestamp - 1h to $timestamp + 1h"}}
    criterion = {"event_type": "compute*", "traits": traits}
    return {**provisioning(number), "select": [criterion]}


def events(count: int, kinds: int) -> Iterator[tuple[dict[str, Any], datetime]]:
    """Boots of many instances, a hundred at a time, a millisecond from event to event."""
    for index in range(count):
        at = START + timedelta(milliseconds=index)
        boot, step = divmod(index, 100 * len(STEPS))
        instance = boot * 100 + step % 100
        yield (
            {
                "event_type": f"compute{instance % kinds}.instance.{STEPS[step // 100]}",
                "message_id": f"message-{index}",
                "timestamp": at.isoformat(),
                "tenant_id": "406904",
                "instance_id": f"instance-{instance}",
                "memory_mb": 512,
                "launched_at": at.isoformat(),
                "host": "compute-17",
                "state": "active",
            },
            at,
        )


def measure(title: str, bodies: list[dict[str, Any]], count: int, kinds: int) -> None:
    """Feed all events and print a line."""
    matcher = StreamMatcher()
    for body in bodies:
        matcher.put(compile_definition(body, definition_id=body["name"]))
    arriving = list(events(count, kinds))
    start = time.process_time()
    ended = sum(len(matcher.feed(event, at)) for event, at in arriving)
    microseconds = (time.process_time() - start) / count * 1e6
    print(f"{title:55} {microseconds:8.1f} us an event, {ended} streams ended")


def main() -> None:
    """Measure each case."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    measure("one definition", [provisioning(0)], count, 1)
    measure("one definition with a time expression", [same_hour(0)], count, 1)
    apart = [provisioning(number) for number in range(MANY)]
    measure(f"{MANY} definitions, an event concerns one", apart, count, MANY)
    alike = [{**provisioning(0), "name": str(number)} for number in range(MANY)]
    measure(f"{MANY} definitions, an event concerns all", alike, count // 50, 1)


if __name__ == "__main__":
    main()
