"""The recorded cases of semantics 1 and 2, each written as a test file and run by the command."""

import json
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest
import yaml

from commands.testing import run_text

VECTORS = Path(__file__).parents[1] / "semantics" / "vectors"
START = "2015-07-20T15:44:01Z"
NOW = "2020-02-03T04:05:06.000789+00:00"

# A test file has the definitions of one tenant, as they stand throughout.
OTHERS = {"tenant-01", "change-02", "change-04"}


def vectors(file: str) -> list[Any]:
    cases: list[Any] = json.loads((VECTORS / file).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["id"]) for case in cases if case["id"] not in OTHERS]


def one_of_each(file: str, kind: Callable[[Any], Hashable]) -> list[Any]:
    """Return the first vector of each *kind* of what is expected."""
    firsts = {kind(vector.values[0]["expected"]): vector for vector in reversed(vectors(file))}
    return [*firsts.values()]


def distil_file(case: dict[str, Any], becomes: Any) -> str:
    event = {"at": NOW, "notification": case["notification"], "becomes": becomes}
    transform = {"name": "t", "specification": case["specification"]}
    return written({"transforms": [transform], "tests": [{"name": case["id"], "events": [event]}]})


def becomes(expected: dict[str, Any]) -> Any:
    if "event" not in expected:
        return "dropped" if "drop" in expected else "error"
    event = expected["event"]
    timestamp = NOW if event["timestamp"] == "now" else event["timestamp"]
    return {
        **event["traits"],
        "event_type": event["event_type"],
        "message_id": event["message_id"],
        "timestamp": timestamp,
        "when": timestamp,
    }


def stream_file(case: dict[str, Any], streams: list[Any]) -> str:
    in_order = sorted(case["events"], key=lambda step: step["at"])
    test = {
        "name": case["id"],
        "events": [{"at": offset(step["at"]), "event": step["event"]} for step in in_order],
        "until": offset(case["until"]),
        "streams": streams,
    }
    return written({"start": START, "stream_definitions": case["definitions"], "tests": [test]})


def streams(expected: list[dict[str, Any]]) -> list[Any]:
    return [
        {
            {"FIRE": "fired", "EXPIRE": "expired"}[each["action"]]: each["definition"],
            "at": offset(each["at"]),
            "events": each["events"],
            **({"actions": each["actions"]} if "actions" in each else {}),
        }
        for each in expected
    ]


def offset(milliseconds: int) -> str:
    return f"{milliseconds}ms"


def written(value: dict[str, Any]) -> str:
    return str(yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))


@pytest.mark.parametrize("case", vectors("distil.json"))
def test_a_notification_becomes_what_is_recorded(tmp_path: Path, case: dict[str, Any]) -> None:
    result = run_text(tmp_path, distil_file(case, becomes(case["expected"])))
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("case", one_of_each("distil.json", tuple))
def test_a_notification_becomes_nothing_else(tmp_path: Path, case: dict[str, Any]) -> None:
    recorded = becomes(case["expected"])
    other = {**recorded, "one_more": 1} if isinstance(recorded, dict) else {}
    assert run_text(tmp_path, distil_file(case, other)).exit_code == 1


@pytest.mark.parametrize("case", vectors("streams.json"))
def test_streams_end_as_the_vectors_say(tmp_path: Path, case: dict[str, Any]) -> None:
    result = run_text(tmp_path, stream_file(case, streams(case["expected"])))
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("case", one_of_each("streams.json", lambda ends: frozenset(each["action"] for each in ends)))
def test_no_other_streams_end(tmp_path: Path, case: dict[str, Any]) -> None:
    other = {"fired": case["definitions"][0]["name"], "at": "1us", "events": ["none"]}
    assert run_text(tmp_path, stream_file(case, [*streams(case["expected"]), other])).exit_code == 1
