"""``POST /v2.0/stream-definitions/preview`` (contract 1.6)."""

from typing import Any

import pytest

from api.examples import NEVER_USED, stream_definition, transform
from api.one_database import on_sqlite
from api.previewing import (
    DEFINITION,
    EVENT,
    SPECIFICATION,
    STREAM_PREVIEW,
    stream_preview,
    told,
)
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant, refusal

pytestmark = on_sqlite

WANTED_END = {
    "name": "fire_criteria.1",
    "matched": 0,
    "number": 2,
    "wanted": 'event_type "compute.end"',
}


def event(number: int, **fields: Any) -> dict[str, Any]:
    """Return an event that ends a build, *number* seconds after the first."""
    timestamp = f"2015-07-20T15:44:{number + 1:02}"
    return {**EVENT, "event_type": "compute.end", "message_id": f"m-{number}", "timestamp": timestamp, **fields}


COMPLETE = [EVENT, event(2), event(3)]


def streams(tenant: Tenant, **fields: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(tenant, **fields)["streams"]
    return found


def reason(tenant: Tenant, ignored: Any, **fields: Any) -> str:
    (found,) = told(tenant, events=[ignored], **fields)["ignored"]
    return str(found["reason"])


def test_a_stream_that_fires_is_told_with_its_group_its_time_and_its_events(api: Tenant) -> None:
    assert told(api, events=COMPLETE) == {
        "streams": [
            {
                "group": {"host": "h1"},
                "state": "fired",
                "at": "2015-07-20T15:44:04+00:00",
                "events": ["m-1", "m-2", "m-3"],
                "unmet": [],
            }
        ],
        "ignored": [],
    }


def test_an_open_stream_says_what_it_still_waits_for(api: Tenant) -> None:
    (stream,) = streams(api)
    assert (stream["state"], stream["at"], stream["unmet"]) == ("open", None, [WANTED_END])


def test_unmet_has_the_counts(api: Tenant) -> None:
    (stream,) = streams(api, events=[EVENT, event(2)])
    assert stream["unmet"] == [{**WANTED_END, "matched": 1}]


def test_the_clock_runs_on_until_the_time_given(api: Tenant) -> None:
    (stream,) = streams(api, until="2015-07-20T15:45:01Z")
    assert (stream["state"], stream["at"], stream["unmet"]) == ("expired", "2015-07-20T15:45:01+00:00", [WANTED_END])


def test_a_moment_before_its_time_is_up_the_stream_is_open(api: Tenant) -> None:
    (stream,) = streams(api, until="2015-07-20T17:45:00.999999+02:00")
    assert stream["state"] == "open"


def test_without_until_the_clock_stops_at_the_last_event(api: Tenant) -> None:
    late = {**EVENT, "message_id": "m-2", "host": "h2", "timestamp": "2015-07-20T15:45:01"}
    assert [(stream["group"]["host"], stream["state"]) for stream in streams(api, events=[EVENT, late])] == [
        ("h1", "expired"),
        ("h2", "open"),
    ]


def test_streams_stand_in_the_order_in_which_they_ended_and_open_ones_last(api: Tenant) -> None:
    # h1 expires at 60 s, while h2 fires at 4 s.
    events = [EVENT, {**EVENT, "message_id": "o", "host": "h2"}, event(2, host="h2"), event(3, host="h2")]
    later = {**EVENT, "message_id": "l", "host": "h3", "timestamp": "2015-07-20T15:45:30"}
    assert [(stream["group"]["host"], stream["state"]) for stream in streams(api, events=[*events, later])] == [
        ("h2", "fired"),
        ("h1", "expired"),
        ("h3", "open"),
    ]


def test_the_clock_reads_the_time_of_receipt_where_it_is_given(api: Tenant) -> None:
    late = {"received_at": "2015-07-20T15:45:01Z", "event": event(2)}
    first = {"received_at": "2015-07-20T15:44:01Z", "event": EVENT}
    assert [(stream["state"], stream["at"], stream["events"]) for stream in streams(api, events=[first, late])] == [
        ("expired", "2015-07-20T15:45:01+00:00", ["m-1"]),
        ("open", None, ["m-2"]),
    ]


def test_the_clock_never_runs_backwards(api: Tenant) -> None:
    ahead = {"received_at": "2015-07-20T15:45:00Z", "event": EVENT}
    behind = {"received_at": "2015-07-20T15:44:10Z", "event": event(2)}
    last = {"received_at": "2015-07-20T15:44:20Z", "event": event(3)}
    (stream,) = streams(api, events=[ahead, behind, last])
    assert (stream["state"], stream["at"]) == ("fired", "2015-07-20T15:45:00+00:00")


@pytest.mark.parametrize(
    ("ignored", "expected"),
    [
        (event(1, event_type="image.delete"), 'select.0.event_type: "image.delete", wanted "compute.*"'),
        (event(1, n=2), 'select.0.traits.n: 2, wanted {"int": "> 3"}'),
        (event(1, n="7"), 'select.0.traits.n: "7" is no number, wanted {"int": "> 3"}'),
        (
            {key: value for key, value in event(1).items() if key != "n"},
            'select.0.traits.n: no trait n, wanted {"int": "> 3"}',
        ),
        (event(1, host={"name": "h1"}), "group_by: no trait host, as a list or an object is none"),
        (
            event(1, n=2, host=[]),
            'select.0.traits.n: 2, wanted {"int": "> 3"}; group_by: no trait host, as a list or an object is none',
        ),
        (event(1, message_id=None), "message_id: missing"),
        (event(1, event_type=None, timestamp=""), "event_type: missing; timestamp: missing"),
        (event(1, timestamp="yesterday"), "timestamp: not a date in ISO 8601"),
        (5, "not an object"),
        ({"received_at": "noon", "event": EVENT}, "received_at: not a date in ISO 8601"),
    ],
)
def test_an_event_in_no_stream_is_told_with_the_reason(api: Tenant, ignored: Any, expected: str) -> None:
    assert reason(api, ignored) == expected


def test_the_reason_names_the_criterion_that_came_nearest(api: Tenant) -> None:
    select = [
        {"event_type": "image.*"},
        {"event_type": "compute.*", "traits": {"host": "h2", "n": 8}},
        {"event_type": "compute.*", "traits": {"tenant_id": "406904"}},
    ]
    definition = {**DEFINITION, "select": select}
    ignored = event(1, tenant_id="17")
    assert reason(api, ignored, definition=definition) == 'select.2.traits.tenant_id: "17", wanted "406904"'


def test_a_message_that_comes_again_is_ignored(api: Tenant) -> None:
    assert told(api, events=[EVENT, EVENT])["ignored"] == [
        {"message_id": "m-1", "reason": "message_id: seen before, each message counts once"}
    ]


def test_what_is_ignored_keeps_nothing_from_the_others(api: Tenant) -> None:
    answer = told(api, events=[None, *COMPLETE, {}])
    assert [stream["state"] for stream in answer["streams"]] == ["fired"]
    assert [each["message_id"] for each in answer["ignored"]] == [None, None]


def test_groups_are_told_apart_by_kind_and_value(api: Tenant) -> None:
    hosts = ["1", 1, 1.0, True, None]
    events = [{**EVENT, "message_id": f"m-{number}", "host": host} for number, host in enumerate(hosts)]
    groups = [stream["group"]["host"] for stream in streams(api, events=events)]
    assert [(type(host), host) for host in groups] == [(type(host), host) for host in hosts]


NOTIFICATION = {**{key: EVENT[key] for key in ("event_type", "message_id", "timestamp")}, "payload": {"n": "7"}}
BY_NOTHING = {**DEFINITION, "group_by": [], "fire_criteria": [{"event_type": "*"}]}


def test_raw_notifications_are_distilled_where_a_specification_is_given(api: Tenant) -> None:
    (stream,) = streams(api, definition=BY_NOTHING, specification=SPECIFICATION, events=[NOTIFICATION])
    assert (stream["state"], stream["events"]) == ("fired", ["m-1"])


def test_raw_notifications_are_distilled_by_a_stored_transform(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform(specification=SPECIFICATION))
    received = {"received_at": "2015-07-20T16:00:00Z", "event": NOTIFICATION}
    (stream,) = streams(api, definition=BY_NOTHING, transform_id=created["id"], events=[received])
    assert (stream["state"], stream["at"]) == ("fired", "2015-07-20T16:00:00+00:00")


UNDATED = {"event_type": "compute.start", "message_id": "m-0", "payload": {"n": "7"}}


def received(time: str, notification: Any) -> dict[str, Any]:
    return {"received_at": f"2015-07-20T{time}Z", "event": notification}


def ends(tenant: Tenant, *events: Any) -> list[tuple[str, str | None]]:
    """Return state and time of the streams of a definition that never fires within its minute."""
    waits = {**BY_NOTHING, "fire_criteria": [{"event_type": "*", "number": 9}]}
    found = streams(tenant, definition=waits, specification=SPECIFICATION, events=events, until="2015-07-20T16:00:00Z")
    return [(stream["state"], stream["at"]) for stream in found]


@pytest.mark.parametrize("none", [{}, {"timestamp": None}, {"timestamp": ""}, {"_context_timestamp": None}])
def test_a_notification_without_a_time_has_that_of_its_receipt(api: Tenant, none: dict[str, Any]) -> None:
    assert ends(api, received("15:44:01", UNDATED | none)) == [("expired", "2015-07-20T15:45:01+00:00")]


@pytest.mark.parametrize("first", [NOTIFICATION, received("15:44:01", NOTIFICATION)])
def test_a_notification_without_any_time_has_that_of_the_clock_as_it_stands(api: Tenant, first: dict[str, Any]) -> None:
    separate = {**DEFINITION, "group_by": ["message_id"], "fire_criteria": [{"event_type": "*"}]}
    fired = streams(api, definition=separate, specification=SPECIFICATION, events=[first, UNDATED])
    assert [stream["at"] for stream in fired] == ["2015-07-20T15:44:01+00:00"] * 2


def test_a_notification_without_a_time_that_was_received_before_another_has_the_time_of_the_clock(api: Tenant) -> None:
    sent = [received("15:50:00", NOTIFICATION), received("15:44:00", UNDATED)]
    # The first began at 15:44:01 and was over when it came.
    assert ends(api, *sent) == [
        ("expired", "2015-07-20T15:50:00+00:00"),
        ("expired", "2015-07-20T15:51:00+00:00"),
    ]


def test_where_nothing_says_what_time_it_is_a_notification_without_a_time_is_processed_now(api: Tenant) -> None:
    assert ends(api, UNDATED) == [("open", None)]


OTHER = {**UNDATED, "timestamp": "2015-07-20T15:50:00"}


@pytest.mark.parametrize(
    "no_event",
    [{"event_type": "disk.full"}, {"payload": {"n": "x"}}, {"message_id": None}],
    ids=lambda each: next(iter(each)),
)
def test_a_notification_that_becomes_no_event_moves_the_clock_all_the_same(api: Tenant, no_event: Any) -> None:
    waits = {**BY_NOTHING, "fire_criteria": [{"event_type": "*", "number": 9}]}
    sent = [NOTIFICATION, OTHER | no_event]
    (stream,) = streams(api, definition=waits, specification=SPECIFICATION, events=sent)
    assert (stream["state"], stream["at"]) == ("expired", "2015-07-20T15:45:01+00:00")


@pytest.mark.parametrize("no_date", [None, "", "yesterday", 5])
def test_one_that_says_no_time_moves_no_clock(api: Tenant, no_date: Any) -> None:
    waits = {**BY_NOTHING, "fire_criteria": [{"event_type": "*", "number": 9}]}
    sent = [NOTIFICATION, OTHER | {"event_type": "disk.full", "timestamp": no_date}]
    (stream,) = streams(api, definition=waits, specification=SPECIFICATION, events=sent)
    assert stream["state"] == "open"


def test_a_notification_that_becomes_no_event_says_why(api: Tenant) -> None:
    wrong = {**NOTIFICATION, "payload": {"n": "x"}}
    assert reason(api, wrong, definition=BY_NOTHING, specification=SPECIFICATION).startswith(
        'transform: traits.n: "x" is not an int'
    )


def test_why_a_notification_becomes_no_event_is_told_in_ten_thousand_characters(api: Tenant) -> None:
    traits = {f"t{number}": f"payload.{'k' * 500}" for number in range(100)}
    undated = {**NOTIFICATION, "timestamp": "no date"}
    told = reason(api, undated, definition=BY_NOTHING, specification=[{"event_type": "*", "traits": traits}])
    assert told.startswith('transform: timestamp: "no date" is not a date')
    assert len(told) == len("transform: ") + 10_000


def test_a_stored_definition_can_be_tried_by_its_id(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, {**DEFINITION, "actions_enabled": False})
    assert told(api, definition=None, stream_definition_id=created["id"], events=COMPLETE) == told(api, events=COMPLETE)


def test_a_definition_as_the_service_shows_it_can_be_tried(api: Tenant) -> None:
    created = api.create(STREAM_DEFINITIONS, DEFINITION)
    assert told(api, definition=created) == told(api)


def faults(tenant: Tenant, **fields: Any) -> list[tuple[str, str]]:
    status, found = refusal(tenant.post_json(STREAM_PREVIEW, stream_preview(**fields)))
    assert status == 400
    return found


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"stream_definition_id": NEVER_USED},
            [("stream_definition_id", "Stands beside definition: only one of them may")],
        ),
        ({"definition": None}, [("definition", "Required, or stream_definition_id")]),
        (
            {"specification": SPECIFICATION, "transform_id": NEVER_USED},
            [("transform_id", "Stands beside specification: only one of them may")],
        ),
        (
            {"definition": None, "stream_definition_id": NEVER_USED},
            [("stream_definition_id", "No such stream definition")],
        ),
        ({"transform_id": NEVER_USED}, [("transform_id", "No such transform")]),
        (
            {"definition": None, "stream_definition_id": NEVER_USED, "transform_id": NEVER_USED},
            [("transform_id", "No such transform"), ("stream_definition_id", "No such stream definition")],
        ),
        ({"events": []}, [("events", "Must not be empty")]),
        ({"until": "noon"}, [("until", "Must be an ISO 8601 date and time")]),
        ({"until": 5}, [("until", "Must be an ISO 8601 date and time")]),
        ({"definition": 5}, [("definition", "Must be an object")]),
        ({"when": "now"}, [("when", "Unknown key")]),
        (
            {"specification": "- {}"},
            [("specification.0.event_type", "Required"), ("specification.0.traits", "Required")],
        ),
    ],
)
def test_a_body_that_is_wrong_is_refused_with_every_fault(
    api: Tenant, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert sorted(faults(api, **fields)) == sorted(expected)


def test_faults_of_a_definition_are_named_with_definition_in_front(api: Tenant) -> None:
    wrong = {
        **DEFINITION,
        "name": "",
        "select": [{"event_type": "*", "traits": {"_tenant_id": "x", "n": {"int": ">= 3"}}}],
        "fire_delay": 5,
    }
    assert sorted(faults(api, definition=wrong)) == [
        ("definition.fire_delay", "Unknown key"),
        ("definition.name", "Must not be empty"),
        ("definition.select.0.traits._tenant_id", "Reserved name"),
        ("definition.select.0.traits.n.int", "Must be a number or =, < or >, a space and an integer"),
    ]


def test_another_tenants_definition_is_not_there(api: Tenant, other_tenant: Tenant) -> None:
    theirs = other_tenant.create(STREAM_DEFINITIONS, stream_definition())["id"]
    never = faults(api, definition=None, stream_definition_id=NEVER_USED)
    assert faults(api, definition=None, stream_definition_id=theirs) == never


def test_a_transforms_id_is_no_stream_definitions(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())["id"]
    assert faults(api, definition=None, stream_definition_id=created) == [
        ("stream_definition_id", "No such stream definition")
    ]


def test_nothing_is_stored_or_published(api: Tenant) -> None:
    streams(api, events=COMPLETE)
    assert api.has_nothing()


def test_the_alias_of_stream_definitions_has_a_preview_too(api: Tenant) -> None:
    assert api.post_json("/v2.0/stream-definition/preview", stream_preview()).status_code == 200
