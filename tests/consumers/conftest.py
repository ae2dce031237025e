"""A service with topics of its own, for all tests of the folder."""

from collections.abc import Iterator

import pytest

from api.running_service import RunningService
from consumers.published import Topics, announcing, new_topics
from servers.kafka import KafkaCluster


@pytest.fixture(scope="package")
def topics(kafka: KafkaCluster) -> Topics:
    return new_topics(kafka)


@pytest.fixture(scope="package")
def service(topics: Topics) -> Iterator[RunningService]:
    yield from announcing(topics)
