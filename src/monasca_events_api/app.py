"""START HERE: from settings to the WSGI application, and the order in which a request meets its parts.

A request passes: the ini's identity filter; ``Entrance``; ``pyramid_retry``; the tweens ``request_log``,
``kafka_tween``, ``pyramid_tm``; the router; the role policy; the resource's validators; its verb in ``domain``.
"""

import math
import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from pyramid.config import Configurator
from pyramid.interfaces import IRequestExtensions
from pyramid.request import Request
from pyramid.tweens import INGRESS
from pyramid_retry import mark_error_retryable
from pyramid_tm import explicit_manager

from monasca_events_api import metrics
from monasca_events_api.domain import late_records, outbox
from monasca_events_api.domain.events import EventIntake
from monasca_events_api.domain.kinds import kinds
from monasca_events_api.errors import TransactionConflict
from monasca_events_api.http import forwarded, paths
from monasca_events_api.http.error_responses import last_resort
from monasca_events_api.http.healthcheck import LIMIT_SECONDS, DependencyChecks
from monasca_events_api.http.permissions import RolePolicy
from monasca_events_api.http.transactions import attempts, changes_definitions
from monasca_events_api.messaging.files import FilePublisher
from monasca_events_api.messaging.kafka import KafkaPublisher
from monasca_events_api.messaging.measured import MeasuredPublisher
from monasca_events_api.messaging.publisher import Publisher
from monasca_events_api.messaging.relay import Relay
from monasca_events_api.settings import Settings, WrongSettings, read_settings
from monasca_events_api.storage import health
from monasca_events_api.storage.attempts import ATTEMPTS
from monasca_events_api.storage.sessions import Database, Transaction

HTTP = "monasca_events_api.http"
RESOURCES = (
    "previews",
    "stream_definitions",
    "transforms",
    "events",
    "healthcheck",
    "versions",
    "openapi",
    "asyncapi",
    "docs_page",
    "playground_page",
)
"""Modules with views. A path is compared with one route after the other, so what is asked for all day comes first,
and ``/transforms/preview`` before ``/transforms/{id}``."""


def main(_global_conf: dict[str, str], **values: str) -> Any:
    """Return the WSGI application for ``[app:main]``. Raises WrongSettings."""
    settings = read_settings(values)
    config = configure(settings, values)
    return Entrance(config.make_wsgi_app(), settings)


class Entrance:
    """The WSGI application: it corrects the URL of a request before the router sees it.

    The relay runs between ``start`` and ``stop``. Under a server that calls neither, the first request starts it.
    Either way that is after any fork, which threads and connections would not survive.
    """

    def __init__(self, application: Any, settings: Settings) -> None:
        self.application = application
        self.registry = application.registry
        self.registry.entrance = self
        self._settings = settings
        self._starting = threading.Lock()
        self._process = 0

    def start(self) -> None:
        """Start what runs beside the requests, once in each process."""
        with self._starting:
            if self._process != os.getpid():
                if self._settings.metrics_enabled:
                    metrics.turn_on()
                if self._settings.relay_enabled:
                    self.registry.relay.start()
                self._process = os.getpid()

    def stop(self) -> None:
        """End it in order: another process can take over at once."""
        if self._settings.relay_enabled:
            self.registry.relay.stop()
        self.registry.publisher.close()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve one request."""
        if self._process != os.getpid():
            self.start()
        forwarded.apply(environ, self._settings.trusted_proxies)
        paths.normalize(environ)
        try:
            return self.application(environ, start_response)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer of ours
            return last_resort(error, environ)(environ, start_response)


def configure(settings: Settings, values: dict[str, str]) -> Configurator:
    """Return Pyramid's configuration of the whole service."""
    config = Configurator(
        settings={
            **values,
            "handle_exceptions": False,  # Cornice's error views would hide ours
            "tm.manager_hook": explicit_manager,
            "tm.commit_veto": "pyramid_tm.default_commit_veto",
            "tm.activate_hook": changes_definitions,
            "tm.annotate_user": False,
            "retry.attempts": ATTEMPTS,
            "retry.activate_hook": attempts,
        }
    )
    mark_error_retryable(TransactionConflict)
    shared = add_parts(config, settings)
    config.include("cornice")
    config.include("pyramid_tm")
    config.include("pyramid_retry")
    config.set_security_policy(RolePolicy(settings))
    config.add_tween(f"{HTTP}.kafka_tween.kafka_tween_factory", over="pyramid_tm.tm_tween_factory")
    config.add_tween(
        f"{HTTP}.request_log.request_log_tween_factory", under=INGRESS, over=f"{HTTP}.kafka_tween.kafka_tween_factory"
    )
    config.include(f"{HTTP}.error_responses")
    for name in RESOURCES:
        config.scan(f"{HTTP}.{name}")
    if settings.metrics_enabled:
        add_metrics_page(config, settings)
    config.commit()
    make_request_class_once(config, shared)
    return config


def make_request_class_once(config: Configurator, shared: dict[str, Any]) -> None:
    """Give requests one class with all that is *shared* or added; Pyramid would make one for each request."""
    added = config.registry.getUtility(IRequestExtensions).descriptors
    config.set_request_factory(type("ServiceRequest", (Request,), {**shared, **added}))
    added.clear()
    config.commit()


def add_metrics_page(config: Configurator, settings: Settings) -> None:
    """Add ``/metrics``, and what it needs."""
    try:
        metrics.use_directory(settings.metrics_directory)
    except OSError as error:
        raise WrongSettings([f"[app:main] metrics.directory: {error.strerror}"]) from error
    # Only now: prometheus-client looks for its directory when it is imported.
    config.include(f"{HTTP}.metrics_page")
    config.scan(f"{HTTP}.metrics_page")


def add_parts(config: Configurator, settings: Settings) -> dict[str, Any]:
    """Make what all requests share, and return it by the names that it has in a request."""
    database = Database(settings.database_url, settings.database_password, settings.database_pool_size)
    publisher = _measured(make_publisher(settings, settings.kafka_timeout), settings, "events")
    config.registry.publisher = publisher
    config.registry.relay = make_relay(settings, database)
    config.add_request_method(_transaction, "transaction", reify=True)
    return {
        "settings": settings,
        "database": database,
        "kinds": kinds(settings),
        "event_intake": EventIntake(publisher, settings),
        "dependencies": dependencies(database, publisher),
        "dependency_checks": DependencyChecks(LIMIT_SECONDS),
    }


def dependencies(database: Database, publisher: Publisher) -> dict[str, Callable[[], None]]:
    """Return what asks each part beside Keystone whether it is there; it raises Unavailable where it is not."""
    return {
        "database": lambda: health.check(database),
        "kafka": publisher.check,
        "outbox": lambda: outbox.check(database),
    }


def make_publisher(settings: Settings, timeout: float, within: float = math.inf) -> Publisher:
    """Return the publisher that the settings ask for; see ``KafkaPublisher`` for *timeout* and *within*, in seconds."""
    if settings.publisher == "files":
        return FilePublisher(settings.messages_directory)
    return KafkaPublisher(settings, timeout, within)


def make_relay(settings: Settings, database: Database) -> Relay:
    """Return a relay with a publisher of its own, so that events and announcements do not wait for each other."""
    half = settings.relay_lease / 2
    publisher = make_publisher(settings, min(settings.kafka_timeout, half - 1.5), within=half)
    return Relay(
        database,
        _measured(publisher, settings, "relay"),
        settings.relay_lease,
        settings.relay_poll,
        partial(late_records.put_right, database, kinds(settings)),
    )


def _measured(publisher: Publisher, settings: Settings, sender: str) -> Publisher:
    return MeasuredPublisher(publisher, sender) if settings.metrics_enabled else publisher


def _transaction(request: Request) -> Transaction:
    database: Database = request.database
    return database.join(request.tm)
