"""What the preview of a stream definition says, and why (contract 1.6)."""

import pytest
from distilling import TimeIsUp, time_limit
from stream_bodies import at, definition, event

from monasca_events_api.semantics.stream_preview import (
    Arrival,
    NotDistilled,
    arrival_of,
    preview,
)

JULY_20 = "from 2015-07-20T00:00:00+00:00 to before 2015-07-21T00:00:00+00:00"
MORE_THAN_3 = [{"event_type": "a", "traits": {"x": {"int": "> 3"}}}]


def seen(compiled, *items, until=None):
    return preview(compiled, map(arrival_of, items), until=until)


def reason(compiled, *items):
    (ignored,) = seen(compiled, *items)["ignored"]
    return ignored["reason"]


def received(milliseconds, arriving):
    return {"received_at": at(milliseconds).isoformat(), "event": arriving}


def test_a_stream_that_fires_is_told_with_its_group_time_and_events():
    answer = seen(definition(group_by=["host"]), event("m1", host="h"), event("m2", 500, host="h"))
    assert answer == {
        "streams": [
            {
                "group": {"host": "h"},
                "state": "fired",
                "at": "2015-07-20T15:44:01.500000+00:00",
                "events": ["m1", "m2"],
                "unmet": [],
            }
        ],
        "ignored": [],
    }


def test_an_expired_stream_says_what_it_waited_for():
    fire = [
        {"event_type": "a"},
        {"event_type": ["b", "!c"], "number": 2, "traits": {"x": {"int": "> 3"}, "y": "é"}},
    ]
    answer = seen(definition(fire_criteria=fire), event("m1"), event("m2", 1, "b", x=4, y="é"), until=at(3000))
    (stream,) = answer["streams"]
    assert (stream["state"], stream["at"]) == ("expired", "2015-07-20T15:44:04+00:00")
    assert stream["unmet"] == [
        {
            "name": "fire_criteria.1",
            "matched": 1,
            "number": 2,
            "wanted": 'event_type ["b", "!c"], x {"int": "> 3"}, y "é"',
        }
    ]


def test_a_stream_is_open_until_its_time_is_up():
    (stream,) = seen(definition(), event("m1"), until=at(2999))["streams"]
    assert (stream["state"], stream["at"], stream["unmet"][0]["matched"]) == ("open", None, 1)


def test_streams_stand_in_the_order_in_which_they_ended_and_open_ones_last():
    by_host = definition(group_by=["host"])
    hosts = ["open", "late", "fires", "late", "early"]
    times = [4000, 2000, 3500, 2001, 0]
    items = [event(f"m{i}", time, host=host) for i, (host, time) in enumerate(zip(hosts, times, strict=True))]
    streams = seen(by_host, *(received(4000, each) for each in items), event("m9", 4000, host="fires"))["streams"]
    assert [(stream["group"]["host"], stream["state"]) for stream in streams] == [
        ("late", "fired"),
        ("early", "expired"),
        ("fires", "fired"),
        ("open", "open"),
    ]


def test_the_clock_reads_the_events_and_never_runs_backwards():
    answer = seen(definition(), event("m1", 5000), event("m2", 4000, "b"), event("m3", 0, "b"))
    (stream,) = answer["streams"]
    # m3 came at 5000, when a stream that began at 0 was over.
    assert (stream["state"], stream["at"], stream["events"]) == (
        "expired",
        "2015-07-20T15:44:06+00:00",
        ["m3", "m2", "m1"],
    )


def test_the_clock_reads_the_time_of_receipt_where_it_is_given():
    answer = seen(definition(), received(2500, event("m1")), received(3000, event("m2", 1)))
    assert [(stream["state"], stream["at"]) for stream in answer["streams"]] == [
        ("expired", "2015-07-20T15:44:04+00:00"),
        ("open", None),
    ]


def test_an_earlier_end_than_the_last_event_changes_nothing():
    assert seen(definition(), event("m1"), until=at(-5000)) == seen(definition(), event("m1"))


@pytest.mark.parametrize(
    ("select", "traits", "expected"),
    [
        ([{"event_type": "b.*"}], {}, 'select.0.event_type: "a", wanted "b.*"'),
        ([{"event_type": ["a", "!a"]}], {}, 'select.0.event_type: "a", wanted ["a", "!a"]'),
        ([{"event_type": "a", "traits": {"x": "y"}}], {"x": "z"}, 'select.0.traits.x: "z", wanted "y"'),
        ([{"event_type": "a", "traits": {"x": "1"}}], {"x": 1}, 'select.0.traits.x: 1, wanted "1"'),
        ([{"event_type": "a", "traits": {"x": "y"}}], {}, 'select.0.traits.x: no trait x, wanted "y"'),
        (
            [{"event_type": "a", "traits": {"x": None}}],
            {"x": {}},
            "select.0.traits.x: no trait x, as a list or an object is none, wanted null",
        ),
        (MORE_THAN_3, {"x": 3}, 'select.0.traits.x: 3, wanted {"int": "> 3"}'),
        (MORE_THAN_3, {"x": "4"}, 'select.0.traits.x: "4" is no number, wanted {"int": "> 3"}'),
        (
            [{"event_type": "a", "traits": {"x": {"datetime": "day"}}}],
            {"x": "soon"},
            f'select.0.traits.x: "soon" is no date, wanted {{"datetime": "day"}} ({JULY_20})',
        ),
        (
            [{"event_type": "a", "traits": {"x": {"datetime": "day"}}}],
            {"x": "2015"},
            f'select.0.traits.x: "2015", wanted {{"datetime": "day"}} ({JULY_20})',
        ),
        (
            [{"event_type": "a", "traits": {"x": {"datetime": "$z"}}}],
            {"x": "2015"},
            'select.0.traits.x: "2015", wanted {"datetime": "$z"} (no date z)',
        ),
        (
            [{"event_type": "a", "traits": {"x": 1, "y": 2, "z": 3}}],
            {"x": 5, "y": 2, "z": 5},
            "select.0.traits.x: 5, wanted 1; select.0.traits.z: 5, wanted 3",
        ),
    ],
)
def test_an_event_that_is_not_selected_is_told_what_was_wanted(select, traits, expected):
    assert reason(definition(select=select), event("m1", **traits)) == expected


def test_of_several_criteria_the_nearest_is_named():
    select = [
        {"event_type": "compute.*", "traits": {"x": 1}},
        {"event_type": "a", "traits": {"x": 1, "y": 1, "z": 1}},
        {"event_type": "a", "traits": {"x": 1, "y": 1}},
    ]
    compiled = definition(select=select)
    assert reason(compiled, event("m1", x=1, z=1)) == "select.1.traits.y: no trait y, wanted 1"
    assert reason(compiled, event("m1", y=1)) == "select.2.traits.x: no trait x, wanted 1"


def test_of_criteria_for_other_types_the_nearest_is_that_for_the_likest_type():
    compiled = definition(select=[{"event_type": "disk.*"}, {"event_type": "compute.*", "traits": {"x": 1}}])
    assert reason(compiled, event("m1", event_type="computer")).startswith("select.1.event_type: ")


def test_a_trait_that_group_by_lacks_is_named():
    compiled = definition(group_by=["event_type", "instance_id"])
    assert reason(compiled, event("m1")) == "group_by: no trait instance_id"


def test_all_that_is_wrong_with_an_event_is_named():
    compiled = definition(select=MORE_THAN_3, group_by=["h", "i"])
    assert reason(compiled, event("m1", x=1, i=[])) == (
        'select.0.traits.x: 1, wanted {"int": "> 3"}; group_by: no trait h; '
        "group_by: no trait i, as a list or an object is none"
    )


def test_of_very_much_that_is_missing_the_first_five_are_named():
    compiled = definition(select=[{"event_type": "a", "traits": {f"t{number}": 1 for number in range(9)}}])
    wanted = [f"select.0.traits.t{number}: no trait t{number}, wanted 1" for number in range(5)]
    assert reason(compiled, event("m1")).split("; ") == wanted


def test_a_long_value_is_cut():
    compiled = definition(select=[{"event_type": "a", "traits": {"x": "y" * 5000}}])
    assert len(reason(compiled, event("m1", x="z" * 1_000_000))) < 500
    assert "a very long number" in reason(compiled, event("m1", x=10**5000))


@pytest.mark.parametrize(
    ("item", "message_id", "expected"),
    [
        (5, None, "not an object"),
        ({}, None, "event_type: missing; message_id: missing; timestamp: missing"),
        ({**event("m1"), "event_type": 5}, "m1", "event_type: not a string"),
        ({**event("m1"), "event_type": "x" * 256}, "m1", "event_type: longer than 255 characters"),
        ({**event("m1"), "message_id": 5}, None, "message_id: not a string"),
        ({**event("m1"), "timestamp": "x"}, "m1", "timestamp: not a date in ISO 8601"),
        ({"received_at": "x", "event": event("m1")}, "m1", "received_at: not a date in ISO 8601"),
        ({"event": event("m1")}, "m1", "received_at: missing"),
        ({"received_at": None, "event": event("m1")}, "m1", "received_at: missing"),
        ({"received_at": "", "event": event("m1")}, "m1", "received_at: missing"),
        (received(0, 5), None, "not an object"),
    ],
)
def test_what_is_no_event_is_told_why(item, message_id, expected):
    assert seen(definition(), item) == {
        "streams": [],
        "ignored": [{"message_id": message_id, "reason": expected}],
    }


def test_a_repeat_is_told():
    assert reason(definition(), event("m1"), event("m1")) == "message_id: seen before, each message counts once"


def test_a_repeat_that_comes_after_more_than_a_week_is_told_while_its_stream_is_open():
    week = 604_800_000
    future = event("m1", 2 * week)
    assert reason(definition(), received(0, future), received(week + 1, future)).startswith("message_id: seen before")


def test_a_notification_may_be_distilled_to_several_events_or_none():
    def distil(notification, _received_at):
        if notification["event_type"] == "none":
            raise NotDistilled("no event definition matches")
        return [event("m1"), event("m2")]

    items = [event("m0", event_type="none"), event("m1", event_type="two"), received(1, event("m3", 0, "none"))]
    answer = preview(definition(), [arrival_of(item, distil) for item in items])
    assert [stream["events"] for stream in answer["streams"]] == [["m1", "m2"]]
    assert answer["ignored"] == [
        {"message_id": "m0", "reason": "no event definition matches"},
        {"message_id": "m3", "reason": "no event definition matches"},
    ]


def test_who_distils_is_told_when_the_notification_was_received():
    told = []

    def distil(_notification, received_at):
        told.append(received_at)
        return []

    for item in (received(5, event("m1")), event("m2")):
        arrival_of(item, distil)
    assert told == [at(5), None]


def test_an_arrival_can_be_made_by_hand():
    arrivals = [Arrival(at(0), [event("m1")]), Arrival(at(3000), (), "m2", "dropped")]
    answer = preview(definition(), arrivals)
    assert [stream["state"] for stream in answer["streams"]] == ["expired"]


@pytest.mark.parametrize("allowed", [0, 1, 2, 3])
def test_a_preview_ends_when_its_time_is_up(allowed):
    with pytest.raises(TimeIsUp):
        preview(definition(), map(arrival_of, [event("m1")]), time_limit=time_limit(allowed + 1))
