"""The service with a broker, on the databases of production."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from announcing_service import PRODUCTION, AnnouncingService, Client, new_database

from api.examples import unique
from history.topics import TopicReader
from servers.kafka import KafkaCluster

MakeService = Callable[..., AnnouncingService]


def started(request: pytest.FixtureRequest, kind: str, kafka: KafkaCluster) -> Iterator[AnnouncingService]:
    service = AnnouncingService(*new_database(request, kind), kafka)
    service.create_topics()
    service.start()
    yield service
    service.kill()


@pytest.fixture(scope="module", params=PRODUCTION)
def service(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Iterator[AnnouncingService]:
    """One process, with its topics, for all tests of a file; on each database."""
    yield from started(request, request.param, kafka)


@pytest.fixture(scope="module")
def event_service(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Iterator[AnnouncingService]:
    """One process for all tests of events, which touch no database: the cheapest will do."""
    yield from started(request, "sqlite", kafka)


def maker(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Iterator[MakeService]:
    made: list[AnnouncingService] = []

    def make(database: str = "sqlite", broker: KafkaCluster = kafka, **options: Any) -> AnnouncingService:
        made.append(AnnouncingService(*new_database(request, database), broker, **options))
        return made[-1]

    yield make
    for service in made:
        service.kill()


@pytest.fixture
def make_service(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Iterator[MakeService]:
    """Make services that are not started yet, on a new database of the kind that is asked for."""
    yield from maker(request, kafka)


@pytest.fixture(scope="module")
def make_services(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Iterator[MakeService]:
    """Make such services for all tests of a file."""
    yield from maker(request, kafka)


@pytest.fixture
def broker(kafka: KafkaCluster) -> Iterator[KafkaCluster]:
    """The broker, for tests that take it away; at their end it is back."""
    yield kafka
    if kafka.process(1).running:
        kafka.resume_broker(1)
    else:
        kafka.start_broker(1)


@pytest.fixture
def client(service: AnnouncingService) -> Iterator[Client]:
    """A tenant that has nothing yet."""
    with service.client(tenant_id=unique("tenant")) as client:
        yield client


@pytest.fixture(scope="module")
def reader(service: AnnouncingService) -> Iterator[TopicReader]:
    """A consumer of the service's topics."""
    with service.reader() as reader:
        yield reader
