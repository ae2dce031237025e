"""Services that measure."""

from collections.abc import Iterator

import pytest

from metrics.measured_service import MeasuredService
from servers.ports import LOOPBACK, free_port


@pytest.fixture(scope="package")
def measured() -> Iterator[MeasuredService]:
    """One with three workers."""
    with MeasuredService(workers=3) as service:
        yield service


@pytest.fixture(scope="package")
def without_kafka() -> Iterator[MeasuredService]:
    """One whose Kafka is away."""
    away = f"{LOOPBACK}:{free_port()}"
    settings = {"messages.publisher": "kafka", "kafka.bootstrap_servers": away, "kafka.timeout": "0.5"}
    with MeasuredService(settings=settings) as service:
        yield service
