"""The Grafana dashboard, the alert rules and the page about metrics speak of metrics that there are."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from metrics.measured_service import MeasuredService
from monasca_events_api.metrics import Metric
from servers.api_process import PROJECT
from servers.packages import program, required
from servers.run import folder_of_the_run

DOCS = PROJECT / "docs"
DASHBOARD = DOCS / "grafana-dashboard.json"
RULES = DOCS / "alert-rules.yaml"
EXPECTED = Path(__file__).with_name("alerts.yaml")
SUFFIXES = {"Counter": ("_total",), "Gauge": ("",), "Histogram": ("_bucket", "_sum", "_count")}
NAME = re.compile(r"\b(?:monasca_events_(?!api\b)|process_)[a-z_]+")


@pytest.fixture(scope="module")
def known(measured: MeasuredService) -> set[str]:
    """All names that a sample can have."""
    return measured.metrics().names | {
        metric.name + end for metric in Metric.all for end in SUFFIXES[type(metric).__name__]
    }


@pytest.fixture(scope="module")
def promtool() -> Path:
    return required(lambda: program("promtool"), ["prometheus"])


@pytest.fixture(scope="module")
def dashboard() -> dict[str, Any]:
    return dict(json.loads(DASHBOARD.read_text(encoding="utf-8")))


def checked(promtool: Path, *arguments: str | Path, text: str = "") -> str:
    """Run promtool and return what it complains of."""
    done = subprocess.run([promtool, *arguments], input=text, text=True, capture_output=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_promtool_takes_the_rules(promtool: Path) -> None:
    assert checked(promtool, "check", "rules", RULES) == ""


def test_each_alert_fires_when_it_should_and_none_when_all_is_well(promtool: Path) -> None:
    folder = folder_of_the_run("alerts")
    for file in (RULES, EXPECTED):
        shutil.copy(file, folder)
    assert checked(promtool, "test", "rules", folder / EXPECTED.name) == ""


def test_promtool_takes_what_the_service_tells(promtool: Path, measured: MeasuredService) -> None:
    assert checked(promtool, "check", "metrics", text=measured.metrics().text) == ""


def test_promtool_takes_every_question_of_the_dashboard(promtool: Path, dashboard: dict[str, Any]) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": each.replace("$__rate_interval", "5m")}
        for number, each in enumerate(questions(dashboard))
    ]
    file = folder_of_the_run("dashboard") / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
    assert checked(promtool, "check", "rules", file) == ""


def questions(dashboard: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]


def test_every_metric_of_the_dashboard_is_there(dashboard: dict[str, Any], known: set[str]) -> None:
    named = {name for each in questions(dashboard) for name in NAME.findall(each)}
    assert named - known == set()


def test_every_metric_of_the_rules_is_there(known: set[str]) -> None:
    expressions = [rule["expr"] for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    named = {name for each in expressions for name in NAME.findall(each)}
    assert named - known == set()


def test_every_metric_has_its_line_in_the_manual(known: set[str]) -> None:
    manual = set(NAME.findall((DOCS / "metrics.rst").read_text(encoding="utf-8")))
    families = {re.sub("_(bucket|sum|count)$", "", name) for name in known}
    assert families - manual == set()


def test_the_manual_speaks_of_no_metric_that_is_not_there(known: set[str]) -> None:
    manual = set(NAME.findall((DOCS / "metrics.rst").read_text(encoding="utf-8")))
    assert manual - known - {re.sub("_(bucket|sum|count)$", "", name) for name in known} == set()


def test_no_two_panels_of_the_dashboard_lie_upon_each_other(dashboard: dict[str, Any]) -> None:
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in dashboard["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert (len(cells), max(x for x, _ in cells)) == (len(set(cells)), 23)
