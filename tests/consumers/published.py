"""A service that does all that is ever announced, and the consumer that reads it from Kafka."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.examples import event, stream_definition, transform, unique
from api.running_service import EVENTS, STREAM_DEFINITIONS, TRANSFORMS, RunningService, Tenant
from history.topics import Record, TopicReader
from servers.kafka import KafkaCluster
from servers.run import folder_of_the_run

SELECT = [
    {"event_type": "disk.*", "traits": {"size": {"int": "> 3"}, "free": 0.5, "note": None, "old": True}},
    {"event_type": ["disk.*", "!disk.ok"], "traits": {"name": "Größe 😀"}},
]


@dataclass(frozen=True)
class Topics:
    """Topics of a service, and the broker."""

    kafka: KafkaCluster
    stream_definitions: str
    transforms: str
    events: str

    @property
    def all(self) -> tuple[str, str, str]:
        """All three."""
        return self.stream_definitions, self.transforms, self.events

    def settings(self) -> dict[str, str]:
        """Return what the service must be told of them."""
        return {
            "messages.publisher": "kafka",
            "kafka.bootstrap_servers": self.kafka.bootstrap,
            "messages.stream_definitions_topic": self.stream_definitions,
            "messages.transforms_topic": self.transforms,
            "messages.events_topic": self.events,
        }


def new_topics(kafka: KafkaCluster) -> Topics:
    """Make three topics that nobody else uses."""
    topics = Topics(kafka, unique("streams"), unique("transforms"), unique("events"))
    kafka.create_topics(dict.fromkeys(topics.all, 2))
    return topics


def announcing(topics: Topics) -> Iterator[RunningService]:
    """Run a service that publishes to *topics*."""
    folder = folder_of_the_run(unique("consumers"))
    database = f"sqlite:///{folder}/monasca-events.sqlite"
    service = RunningService(folder, database, settings=topics.settings())
    service.migrate()
    service.start()
    yield service
    service.stop()


def do_everything(tenant: Tenant) -> dict[str, int]:
    """Create, change and delete definitions and post events; return how many records of each key that makes."""
    stream = tenant.create(STREAM_DEFINITIONS, stream_definition(select=SELECT))["id"]
    made = tenant.create(TRANSFORMS, transform())["id"]
    tenant.patch(f"{STREAM_DEFINITIONS}/{stream}", json={"name": "renamed"}).raise_for_status()
    tenant.patch(f"{TRANSFORMS}/{made}", json={"enabled": False}).raise_for_status()
    tenant.delete(f"{STREAM_DEFINITIONS}/{stream}").raise_for_status()
    tenant.delete(f"{TRANSFORMS}/{made}").raise_for_status()
    posted = event(numbers=[1, 2.5, None, True])
    tenant.post_json(EVENTS, posted).raise_for_status()
    return {stream: 4, made: 3, f"{tenant.id}:{posted['message_id']}": 1}


def republish(service: RunningService) -> None:
    """Announce again all that is stored."""
    service.process.command("monasca-events", "republish", str(service.process.ini))


def read(topics: Topics, numbers: dict[str, int]) -> list[Record]:
    """Read from Kafka until there are so many records of each key, and return these."""
    with TopicReader(topics.kafka.bootstrap, topics.all) as reader:
        for key, number in numbers.items():
            reader.wait_for_key(key, number)
        return [record for record in reader.records if record.key in numbers]


EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "consumer.py"
