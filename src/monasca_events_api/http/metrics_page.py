"""``/metrics``: what Prometheus reads, where the setting turns it on (contract 1)."""

import time
from collections.abc import Iterator
from importlib.metadata import version

from cornice import Service
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api import metrics
from monasca_events_api.domain import outbox
from monasca_events_api.http import process_figures
from monasca_events_api.http.healthcheck import OK, DependencyChecks
from monasca_events_api.http.query import no_parameters
from monasca_events_api.http.service import SERVICE, answer_options
from monasca_events_api.storage.outbox import Backlog
from monasca_events_api.storage.sessions import Database

OUTBOX_SECONDS = 2.0
"""How long the database may take to tell of the outbox: all else must be told in an outage, too."""

page = answer_options(Service(name="metrics", path="/metrics", **SERVICE))


@page.get(validators=(no_parameters,))
def measured(request: Request) -> Response:
    """Tell what was measured, as text for Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Measured(request.registry.outbox_gauges, request.database))
    response = Response(generate_latest(registry))
    response.headers["Content-Type"] = CONTENT_TYPE_PLAIN_0_0_4
    return response


class OutboxGauges:
    """What waits in the outbox. It is the same for all processes on one database, and not asked for all the time."""

    def __init__(self) -> None:
        self._backlog: Backlog | None = None
        self._checks = DependencyChecks(OUTBOX_SECONDS)

    def families(self, database: Database) -> Iterator[Metric]:
        """Return the figures, or only that *database* does not tell them."""
        readable = self._checks.results({"outbox": lambda: self._refresh(database)})["outbox"] == OK
        yield _gauge("outbox_readable", "Whether the database tells of the outbox", int(readable))
        if readable and self._backlog is not None:
            waiting, oldest, set_aside = self._backlog
            age = 0.0 if oldest is None else max(0.0, time.time() - oldest)
            yield _gauge("outbox_waiting", "Records that wait for Kafka", waiting)
            yield _gauge("outbox_oldest_seconds", "How long the oldest of them has waited", age)
            yield _gauge("outbox_set_aside", "Records that Kafka will never take as they are", set_aside)

    def _refresh(self, database: Database) -> None:
        self._backlog = outbox.backlog(database)


class _Measured(Collector):
    def __init__(self, outbox_gauges: OutboxGauges, database: Database) -> None:
        self._outbox_gauges = outbox_gauges
        self._database = database

    def collect(self) -> Iterator[Metric]:
        yield from metrics.collect()
        yield from self._outbox_gauges.families(self._database)
        yield from process_figures.families(metrics.processes())
        release = GaugeMetricFamily(f"{metrics.PREFIX}info", "Which release this is", labels=["version"])
        release.add_metric([version("monasca-events-api")], 1)
        yield release


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(metrics.PREFIX + name, text, value=value)


def includeme(config: Configurator) -> None:
    """Make what all requests for the page share."""
    config.registry.outbox_gauges = OutboxGauges()
