"""What is measured, for ``/metrics``: every metric of the service that is not read when it is asked for.

Off until ``turn_on``; then each process writes into files of its own in one directory, and whoever is asked reads
all of them, so that it does not matter which worker answers.
"""

import fcntl
import logging
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

log = logging.getLogger(__name__)

PREFIX = "monasca_events_"
DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable by which prometheus-client is told where the files are."""
LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histograms' buckets, in seconds."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LOCK = "lock"
_DEAD = 0
"""In the names of the files that hold what dead processes have counted: no process has this number."""
_DAMAGE = (ValueError, RuntimeError, struct.error)
"""What it means that a file holds what no process has counted: a host that lost its power leaves such."""
_told: set[str] = set()
"""Why something is not counted; each reason is said once."""


class Metric:
    """A metric, of one series for each tuple of label values; it costs next to nothing until it is turned on.

    A subclass has the name of its kind in prometheus-client.
    """

    options: ClassVar[dict[str, Any]] = {}
    all: ClassVar[list["Metric"]] = []

    def __init__(self, name: str, text: str, *labels: str) -> None:
        self.name = PREFIX + name
        self._text = text
        self._labels = labels
        self._family: Any = None
        self._series: dict[tuple[str, ...], Any] = {}
        self.all.append(self)

    def turn_on(self, client: Any) -> None:
        """Measure from now on, by the module *client*, prometheus_client."""
        self._family = getattr(client, type(self).__name__)(
            self.name, self._text, self._labels, registry=None, **self.options
        )
        if not self._labels:
            self._new(())

    def _new(self, labels: tuple[str, ...]) -> Any:
        if self._family is not None:
            with _as_far_as_there_is_room():
                self._series[labels] = self._family.labels(*labels) if labels else self._family
        return self._series.get(labels)


class Counter(Metric):
    """How often something has happened."""

    def add(self, number: int, *labels: str) -> None:
        """Count *number* more."""
        series = self._series.get(labels) or self._new(labels)
        if series is not None:
            series.inc(number)


class Gauge(Metric):
    """How much there is of something; what is told is the sum of all living processes."""

    options: ClassVar = {"multiprocess_mode": "livesum"}

    def set(self, value: float, *labels: str) -> None:
        """Say how much there is in this process."""
        series = self._series.get(labels) or self._new(labels)
        if series is not None:
            series.set(value)


class Histogram(Metric):
    """How long something takes, in seconds, and how often it happens."""

    options: ClassVar = {"buckets": LATENCIES}

    def observe(self, seconds: float, *labels: str) -> None:
        """Count one more that has taken *seconds*."""
        series = self._series.get(labels) or self._new(labels)
        if series is not None:
            series.observe(seconds)

    @contextmanager
    def time(self, *labels: str) -> Iterator[None]:
        """Measure what is done inside, or in each call of the function that this decorates, also when it fails."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.observe(time.perf_counter() - started, *labels)


REQUESTS = Histogram("request_seconds", "Requests, by the time to their answer", "route", "method", "status")
EVENTS_ACCEPTED = Counter("events_accepted", "Events of bodies without a fault")
EVENTS_ACKNOWLEDGED = Counter("events_acknowledged", "Events that all in-sync replicas have")
EVENTS_FAILED = Counter("events_failed", "Accepted events that were not acknowledged: their clients were told so")
PUBLISH = Histogram("publish_seconds", "Calls to Kafka, by the time until all is acknowledged or given up", "sender")
RECORDS_PUBLISHED = Counter("records_published", "Records that all in-sync replicas have", "topic")
RECORDS_REFUSED = Counter("records_refused", "Records sent and not acknowledged, each attempt counted", "topic")
RELAY_LEASE = Gauge("relay_lease_held", "1 where the relay that publishes runs")
KEYSTONE = Histogram("keystone_seconds", "Questions to Keystone about a token; known tokens are not asked about")
PREVIEWS = Histogram("preview_seconds", "Previews, by the time they have computed", "kind")


def use_directory(directory: Path) -> None:
    """Say where the files are, before prometheus-client is imported by anybody. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / _LOCK).touch()
    os.environ[DIRECTORY] = str(directory.absolute())


def turn_on() -> None:
    """Measure in this process from now on; to call after any fork."""
    # Alone: a file that is just being made cannot be read.
    with _as_far_as_there_is_room(), _alone(_directory()):
        _metric_files().use()
        for each in Metric.all:
            each.turn_on(_client())


def request_answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request; *route* is its pattern."""
    # A client may send any word for a method, and each would be a series for good.
    REQUESTS.observe(seconds, route, method if method in METHODS else "other", str(status))


def collect() -> list[Any]:
    """Return what all processes have measured, as metric families of prometheus-client."""
    directory = _directory()
    collector = _client(".multiprocess").MultiProcessCollector
    with _alone(directory):
        _bury(directory)
        try:
            return list(collector(None, directory).collect())
        except _DAMAGE:
            _remove_damaged(directory)
            return list(collector(None, directory).collect())


def processes() -> list[int]:
    """Return the processes that measure and are alive."""
    return sorted(pid for pid in _files(_directory()) if _alive(pid))


def _client(module: str = "") -> Any:
    # Not at the top: it looks for its directory when it is imported, and who has this turned off need not load it.
    return import_module(f"prometheus_client{module}")


def _metric_files() -> Any:
    return import_module("monasca_events_api.metric_files")


@contextmanager
def _as_far_as_there_is_room() -> Iterator[None]:
    """Do what is inside; where the directory has no room for it the service goes on without."""
    try:
        yield
    except OSError as error:
        reason = str(error.strerror)
        if reason not in _told:
            log.warning("metrics are not all counted error=%s", reason)
            _told.add(reason)


def _directory() -> Path:
    return Path(os.environ[DIRECTORY])


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    # Whoever clears /tmp or /run may have removed it since; no worker could begin.
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bury(directory: Path) -> None:
    """Add what dead processes have counted to one file, so that there are not more with each restart."""
    for pid, files in _files(directory).items():
        if pid != _DEAD and not _alive(pid):
            for file in files:
                kind = file.name.partition("_")[0]
                # Where there is no room it stays, and is read as it is; a damaged one, too, for ``collect`` to find.
                with suppress(OSError, *_DAMAGE):
                    if kind != "gauge":
                        _add_up(directory / f"{kind}_{_DEAD}.db", file)
                    file.unlink(missing_ok=True)


def _add_up(total: Path, file: Path) -> None:
    values = _metric_files().RoomyDict
    for each in filter(Path.exists, (total, file)):
        values.check(each)
    sums = values(str(total))
    # For all of it: what is added in part is counted twice.
    sums.take_room(file.stat().st_size)
    for name, value, _, _ in values.read_all_values_from_file(str(file)):
        sums.write_value(name, sums.read_value(name)[0] + value, 0.0)
    sums.close()


def _remove_damaged(directory: Path) -> None:
    for file in directory.glob("*_*.db"):
        try:
            _metric_files().RoomyDict.check(file)
        except _DAMAGE as error:
            log.error("removed a damaged file of metrics file=%s error=%s", file.name, error)  # noqa: TRY400 - no defect
            file.unlink()


def _files(directory: Path) -> dict[int, list[Path]]:
    found: dict[int, list[Path]] = {}
    for file in directory.glob("*_*.db"):
        found.setdefault(int(file.stem.rpartition("_")[2]), []).append(file)
    return found


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
