"""A service whose ``/metrics`` is turned on, and what it tells."""

import json
from collections.abc import Mapping
from typing import Any, Self

import httpx
from prometheus_client.parser import text_string_to_metric_families

from api.examples import unique
from servers.api_process import ApiProcess
from servers.process_table import alive
from servers.run import folder_of_the_run

TENANT = "measured"
PREFIX = "monasca_events_"


class MeasuredService:
    """``pserve`` with so many *workers*, on SQLite and files where *settings*, of ``[app:main]``, do not say else."""

    def __init__(self, *, workers: int = 1, settings: Mapping[str, str] | None = None, **sections: Any) -> None:
        folder = folder_of_the_run(unique("metrics"))
        self.metrics_directory = folder / "metrics"
        main = {
            "sqlalchemy.url": f"sqlite:///{folder}/monasca-events.sqlite",
            "messages.directory": str(folder / "topics"),
            "metrics.enabled": "true",
            "metrics.directory": str(self.metrics_directory),
        }
        overrides = {
            "app:main": {**main, **(settings or {})},
            "filter:identity": {"user_id": "tester", "tenant_id": TENANT, "roles": "monasca-user, admin"},
            "server:main": {"workers": str(workers)},
            **sections,
        }
        self.process = ApiProcess(folder, overrides, sample="development.ini")

    def __enter__(self) -> Self:
        self.process.migrate()
        self.process.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.stop()

    def ask(self, path: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Send a request on a connection of its own: it may meet any worker."""
        return httpx.request(method, self.process.url + path, trust_env=False, timeout=30, **options)

    def post(self, path: str, body: Any) -> httpx.Response:
        """POST JSON."""
        return self.ask(path, "POST", json=body)

    def metrics(self) -> "Metrics":
        """Return what ``/metrics`` tells now."""
        return Metrics(self.ask("/metrics").raise_for_status().text)

    def workers(self) -> list[int]:
        """Return the processes that measure and are alive."""
        files = self.metrics_directory.glob("gauge_*.db")
        return sorted(pid for file in files if alive(pid := int(file.stem.rpartition("_")[2])))

    def log_lines(self) -> list[str]:
        """Return what the service has logged, without what pserve itself prints."""
        return [
            line
            for line in self.process.log_file.read_text(encoding="utf-8").split("\n")
            if line and not line.startswith("Starting server in PID")
        ]

    def json_lines(self) -> list[dict[str, Any]]:
        """Return the lines of its log as values."""
        return [json.loads(line) for line in self.log_lines()]


class Metrics:
    """The text of ``/metrics``, read by Prometheus' own rules."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    @property
    def names(self) -> set[str]:
        """The names of all samples."""
        return {sample.name for sample in self._samples}

    def value(self, name: str, **labels: str) -> float:
        """Return the sum of the samples of *name*, without our prefix, that have *labels*; 0 where there is none."""
        return sum(
            sample.value
            for sample in self._samples
            if sample.name in {name, PREFIX + name} and labels.items() <= sample.labels.items()
        )

    def labels(self, name: str, label: str) -> set[str]:
        """Return all values of a label."""
        return {sample.labels[label] for sample in self._samples if sample.name in {name, PREFIX + name}}
