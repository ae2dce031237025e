"""Every recorded case of semantics 1 and 2, through the previews (contract 1.6)."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.one_database import on_sqlite
from api.previewing import STREAM_PREVIEW, TRANSFORM_PREVIEW
from api.running_service import Tenant

pytestmark = on_sqlite

VECTORS = Path(__file__).parents[1] / "semantics" / "vectors"
START = datetime(2015, 7, 20, 15, 44, 1, tzinfo=UTC)
STATES = {"FIRE": "fired", "EXPIRE": "expired"}
ENVELOPE = ("event_type", "message_id", "when", "timestamp")

# A preview is of one tenant's definition, as it stands throughout.
OTHERS = {"tenant-01", "change-02", "change-04"}


def vectors(file: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((VECTORS / file).read_text(encoding="utf-8"))
    return [case for case in cases if case["id"] not in OTHERS]


def by_specification() -> list[Any]:
    """Put cases together that one request can ask for."""
    together = defaultdict(list)
    for case in vectors("distil.json"):
        together[case["specification"]].append(case)
    return [pytest.param(text, cases, id=cases[0]["id"]) for text, cases in together.items()]


def exactly(value: Any) -> str:
    # As JSON, since 7 and 7.0 are equal to Python.
    return json.dumps(value, sort_keys=True)


def as_expected(event: dict[str, Any], asked: str) -> dict[str, Any]:
    """Write a distilled event as the vectors do; what has a time since *asked* has the time of processing."""
    assert event["when"] == event["timestamp"]
    return {
        "event_type": event["event_type"],
        "message_id": event["message_id"],
        "timestamp": "now" if event["timestamp"] >= asked else event["timestamp"],
        "traits": {name: value for name, value in event.items() if name not in ENVELOPE},
    }


@pytest.mark.parametrize(("specification", "cases"), by_specification())
def test_notifications_become_what_is_recorded(api: Tenant, specification: str, cases: list[dict[str, Any]]) -> None:
    asked = datetime.now(UTC).isoformat()
    body = {"specification": specification, "events": [case["notification"] for case in cases]}
    answer = api.post_json(TRANSFORM_PREVIEW, body)
    assert answer.status_code == 200, answer.text
    for case, result in zip(cases, answer.json()["results"], strict=True):
        if "event" in case["expected"]:
            assert exactly(as_expected(result["event"], asked)) == exactly(case["expected"]["event"]), case["id"]
        else:
            assert (result["event"], result["problems"] != []) == (None, True), case["id"]
            assert "drop" not in case["expected"] or result["matched"] is None, case["id"]


def at(milliseconds: int) -> str:
    return (START + timedelta(milliseconds=milliseconds)).isoformat()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in vectors("streams.json")])
def test_streams_end_as_the_vectors_say(api: Tenant, case: dict[str, Any]) -> None:
    steps = sorted(case["events"], key=lambda step: int(step["at"]))
    events = [{"received_at": at(step["at"]), "event": step["event"]} for step in steps]
    for definition in case["definitions"]:
        body = {"definition": definition, "events": events or [None], "until": at(case["until"])}
        answer = api.post_json(STREAM_PREVIEW, body)
        assert answer.status_code == 200, answer.text
        ended = [stream for stream in answer.json()["streams"] if stream["state"] != "open"]
        seen = [(stream["at"], stream["state"], stream["events"]) for stream in ended]
        assert [each[0] for each in seen] == sorted(each[0] for each in seen)
        assert sorted(seen) == sorted(
            (at(each["at"]), STATES[each["action"]], each["events"])
            for each in case["expected"]
            if each["definition"] == definition["name"]
        )
