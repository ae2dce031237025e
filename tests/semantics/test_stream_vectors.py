"""Every stream case and every refusal of a stream definition in the vectors."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monasca_events_api.semantics.field_checks import faults_of
from monasca_events_api.semantics.stream_definition import check, compile_definition
from monasca_events_api.semantics.stream_matcher import StreamMatcher

VECTORS = Path(__file__).parent / "vectors"
START = datetime(2015, 7, 20, 15, 44, 1, tzinfo=UTC)

# This vector refuses an "id"; contract 1.4 says that what the service sets may stand in a request and
# is ignored. The contract goes first.
OVERRULED = "s-stream-keys-07"


def cases(file):
    return json.loads((VECTORS / file).read_text())


STREAMS = cases("streams.json")
REFUSALS = [
    case
    for case in cases("invalid_specifications.json")
    if case["kind"] == "stream-definition" and case["id"] != OVERRULED
]


def at(milliseconds):
    return START + timedelta(milliseconds=milliseconds)


def put(matcher, body):
    """Put a definition as posted, or as published: with its tenant in each select criterion."""
    tenants = {criterion.get("traits", {}).pop("_tenant_id", "") for criterion in body["select"]}
    matcher.put(compile_definition(body, definition_id=body["name"]), tenant_id=tenants.pop())


def happens(matcher, step):
    time = at(step["at"])
    if "event" in step:
        return matcher.feed(step["event"], time, tenant_id=step["event"].get("_tenant_id", ""))
    notifications = matcher.advance(time)
    if "delete" in step:
        matcher.remove(step["delete"])
    else:
        put(matcher, step.get("create") or step["update"])
    return notifications


def play(case):
    matcher = StreamMatcher()
    for body in case["definitions"]:
        put(matcher, body)
    notifications = []
    for step in sorted(case["events"], key=lambda step: step["at"]):
        notifications += happens(matcher, step)
    return notifications + matcher.advance(at(case["until"]))


def told(notification, expected):
    keys = {
        "at": (notification.time - START) / timedelta(milliseconds=1),
        "definition": notification.definition.name,
        "action": notification.action,
        "events": [event["message_id"] for event in notification.events],
    }
    return keys | ({"actions": list(notification.actions)} if "actions" in expected else {})


def in_order(notifications):
    return sorted(notifications, key=lambda told: (told["at"], told["definition"], told["events"]))


@pytest.mark.parametrize("case", STREAMS, ids=lambda case: case["id"])
def test_streams_end_as_the_vectors_say(case):
    expected = case["expected"]
    notifications = play(case)
    pattern = expected[0] if expected else {}
    assert in_order(told(notification, pattern) for notification in notifications) == expected


def shortened_as(expected, faults):
    """Cut the wording that the vectors leave free."""
    starts = {fault["name"]: fault["description_starts"] for fault in expected if "description_starts" in fault}
    return [
        {"name": fault.name, "description_starts": fault.description[: len(starts[fault.name])]}
        if fault.name in starts
        else {"name": fault.name, "description": fault.description}
        for fault in faults
    ]


def by_name(faults):
    return sorted(faults, key=lambda fault: sorted(fault.values()))


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case["id"])
def test_a_wrong_definition_has_exactly_the_faults_of_the_vectors(case):
    found = shortened_as(case["errors"], faults_of(check, case["body"]))
    assert by_name(found) == by_name(case["errors"])


def test_what_the_service_sets_may_stand_in_a_definition():
    (case,) = [case for case in cases("invalid_specifications.json") if case["id"] == OVERRULED]
    assert faults_of(check, case["body"]) == []


@pytest.mark.parametrize("case", STREAMS, ids=lambda case: case["id"])
def test_the_definitions_of_the_stream_vectors_have_no_faults(case):
    for body in case["definitions"]:
        for criterion in body["select"]:
            criterion.get("traits", {}).pop("_tenant_id", None)
        assert faults_of(check, body) == []
