"""What partitions cost: ``python benchmarks/partitions.py [SECONDS]`` publishes to topics of few and of many.

The service's own publisher sends bodies of 1, 100 and 1 000 events, one after the other; CPU microseconds an event, of
the process alone. An event's partition is its key's, so a body goes to as many of them as it has events.
"""

import sys
import time
import warnings
from pathlib import Path
from uuid import uuid4

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from measuring import bodies  # noqa: E402
from measuring.processes import machine  # noqa: E402

from monasca_events_api.domain.events import EventIntake, PostedEvent  # noqa: E402
from monasca_events_api.settings import read_settings  # noqa: E402
from servers.kafka import KafkaCluster  # noqa: E402
from servers.run import folder_of_the_run  # noqa: E402

with warnings.catch_warnings():
    # kafka-python reads its schemas by a function that was deprecated in Python 3.11 and 3.12 and is no more.
    warnings.simplefilter("ignore", DeprecationWarning)
    from monasca_events_api.messaging.kafka import KafkaPublisher

PARTITIONS = (1, 4, 16, 64, 256)
EVENTS = (1, 100, 1000)
ROUNDS = 3


def intake(kafka: KafkaCluster, partitions: int) -> EventIntake:
    """Return what publishes events to a new topic of so many *partitions*."""
    topic = f"raw-events-{partitions}"
    kafka.create_topics({topic: partitions})
    settings = read_settings(
        {
            "sqlalchemy.url": "sqlite://",
            "kafka.bootstrap_servers": kafka.bootstrap,
            "messages.events_topic": topic,
        }
    )
    return EventIntake(KafkaPublisher(settings, settings.kafka_timeout), settings)


def cost(publishing: EventIntake, number: int, seconds: float) -> float:
    """Return the CPU microseconds of one event, in bodies of *number*."""
    body = bodies.text(bodies.EVENT).encode()
    until, sent, cpu = time.monotonic() + seconds, 0, time.process_time()
    while time.monotonic() < until:
        publishing.accept("benchmark", [PostedEvent(str(uuid4()), body) for _ in range(number)], "req-benchmark")
        sent += number
    return (time.process_time() - cpu) / sent * 1e6


def main() -> None:
    """Run the command."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    kafka = KafkaCluster(folder_of_the_run("benchmark-kafka"))
    kafka.start()
    print(machine())
    print(f"{'partitions':>10}" + "".join(f"{number:>8} a body" for number in EVENTS))
    topics = {partitions: intake(kafka, partitions) for partitions in PARTITIONS}
    for publishing in topics.values():
        cost(publishing, max(EVENTS), 1)
    found: dict[tuple[int, int], list[float]] = {}
    for _ in range(ROUNDS):
        for partitions, publishing in topics.items():
            for number in EVENTS:
                found.setdefault((partitions, number), []).append(cost(publishing, number, seconds))
    for partitions in PARTITIONS:
        middle = (sorted(found[partitions, number])[ROUNDS // 2] for number in EVENTS)
        print(f"{partitions:>10}" + "".join(f"{each:>15.0f}" for each in middle))
    kafka.kill()


if __name__ == "__main__":
    main()
