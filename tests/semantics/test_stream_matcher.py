"""The life of a stream, rule by rule, where the vectors do not show it (semantics 2)."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stream_bodies import at, definition, event, matcher, told

from monasca_events_api.semantics.expirations import Expirations
from monasca_events_api.semantics.seen_messages import SeenMessages
from monasca_events_api.semantics.stream_matcher import StreamMatcher

WEEK = 604_800_000


def test_a_clock_that_is_told_an_earlier_time_stands_still():
    streams = matcher(definition())
    streams.advance(at(5000))
    assert told(streams.feed(event("m1", 4000), at(0))) == []
    assert streams.now == at(5000)
    assert told(streams.advance(at(7000))) == [("EXPIRE", 7000, "m1")]


def test_streams_expire_at_their_own_times_in_order_however_late_the_clock_is_told():
    streams = matcher(definition("late", expiration=2000), definition("early", expiration=1000))
    streams.feed(event("m1"), at(0))
    ended = streams.advance(at(9000))
    assert [notification.definition.id for notification in ended] == ["early", "late"]
    assert told(ended) == [("EXPIRE", 1000, "m1"), ("EXPIRE", 2000, "m1")]


def test_an_event_that_brings_its_stream_to_an_end_in_the_past_ends_it_now():
    streams = matcher(definition())
    streams.feed(event("m1", 4000), at(4000))
    assert told(streams.feed(event("m2", 500, "b"), at(4500))) == [("EXPIRE", 4500, "m2 m1")]
    assert streams.advance(at(9000)) == []


def test_an_event_that_brings_its_stream_to_an_end_at_this_very_time_ends_it():
    streams = matcher(definition())
    streams.feed(event("m1", 4000), at(4000))
    assert told(streams.feed(event("m2", 1500, "b"), at(4500))) == [("EXPIRE", 4500, "m2 m1")]


def test_events_of_one_timestamp_stand_in_the_order_of_arrival():
    streams = matcher(definition(fire_criteria=[{"event_type": "a", "number": 3}]))
    for message_id in ("z", "a"):
        streams.feed(event(message_id), at(0))
    assert told(streams.feed(event("m", -1), at(1))) == [("FIRE", 1, "m z a")]


def test_a_stream_fires_only_when_each_criterion_has_its_number():
    streams = matcher(definition(fire_criteria=[{"event_type": "a", "number": 2}, {"event_type": "b"}]))
    assert streams.feed(event("m1"), at(0)) == []
    assert streams.feed(event("m2"), at(1)) == []
    assert told(streams.feed(event("m3", 2, "b"), at(2))) == [("FIRE", 2, "m1 m2 m3")]


def test_a_notification_has_the_group_the_counts_and_the_actions():
    streams = matcher(definition(group_by=["host", "rack"], fire_actions=["f1", "f2"], expire_actions=["e1"]))
    streams.feed(event("m1", host="h", rack=None), at(0))
    streams.feed(event("m2", host="h", rack=7), at(0))
    (fired,) = streams.feed(event("m3", host="h", rack=None), at(0))
    (expired,) = streams.advance(at(3000))
    assert (fired.group, fired.matched, fired.actions) == ({"host": "h", "rack": None}, (2,), ("f1", "f2"))
    assert (expired.group, expired.matched, expired.actions) == ({"host": "h", "rack": 7}, (1,), ("e1",))


def test_disabled_actions_are_not_called():
    streams = matcher(definition(expire_actions=["e1"], actions_enabled=False))
    streams.feed(event("m1"), at(0))
    (expired,) = streams.advance(at(3000))
    assert (expired.actions, expired.definition.actions_enabled) == ((), False)


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_a_list_or_an_object_is_no_group(value):
    streams = matcher(definition(group_by=["host"]))
    streams.feed(event("m1", host=value), at(0))
    assert streams.open_streams() == []


def test_groups_differ_by_kind_and_value():
    streams = matcher(definition(group_by=["x"]))
    values = ["1", 1, 1.0, True, None, "", "True", 0, False]
    for index, value in enumerate(values):
        streams.feed(event(f"m{index}", x=value), at(0))
    assert [stream.group["x"] for stream in streams.open_streams()] == values


@pytest.mark.parametrize(
    "nothing",
    [
        None,
        5,
        [],
        {},
        {**event("m"), "event_type": None},
        {**event("m"), "event_type": "x" * 256},
        {**event("m"), "message_id": 5},
        {**event("m"), "message_id": ""},
        {**event("m"), "timestamp": "yesterday"},
        {**event("m"), "timestamp": 1437407041},
    ],
)
def test_what_is_no_event_is_passed_over_but_the_clock_goes_on(nothing):
    streams = matcher(definition())
    streams.feed(event("m1"), at(0))
    assert told(streams.feed(nothing, at(3000))) == [("EXPIRE", 3000, "m1")]
    assert not streams.has_seen("m")


def test_a_message_is_remembered_though_no_stream_took_it():
    streams = matcher(definition(select=[{"event_type": "a"}]))
    streams.feed(event("m1", event_type="b"), at(0))
    assert streams.feed(event("m1"), at(1)) == []
    assert streams.open_streams() == []


def test_a_message_is_remembered_for_a_week_and_not_for_ever():
    streams = matcher(definition(fire_criteria=[{"event_type": "a"}]))
    streams.feed(event("m1"), at(0))
    assert streams.feed(event("m1", WEEK), at(WEEK)) == []
    assert told(streams.feed(event("m1", WEEK + 1), at(WEEK + 1))) == [("FIRE", WEEK + 1, "m1")]


def test_a_stream_that_is_open_for_longer_takes_an_event_once():
    streams = matcher(definition())
    streams.feed(event("m1", 2 * WEEK), at(0))
    assert streams.feed(event("m1", 2 * WEEK), at(WEEK + 1)) == []
    assert told(streams.advance(at(3 * WEEK))) == [("EXPIRE", 2 * WEEK + 3000, "m1")]


def test_an_event_that_a_stream_has_already_is_not_counted_again():
    streams = matcher(definition(fire_criteria=[{"event_type": "a", "number": 3}]))
    for milliseconds in (0, WEEK + 1):
        streams.feed(event("m1", 2 * WEEK), at(milliseconds))
    streams.feed(event("m2", 2 * WEEK), at(WEEK + 1))
    assert [stream.matched for stream in streams.open_streams()] == [(2,)]


def test_the_memory_of_messages_holds_a_week_of_them():
    seen = SeenMessages()
    for day in range(30):
        seen.remember("t", f"m{day}", at(0) + timedelta(days=day))
    assert len(seen) == 8


def test_a_message_that_comes_again_after_a_week_is_remembered_anew():
    seen = SeenMessages()
    for day in (0, 8, 15.5):
        seen.remember("t", "m", at(0) + timedelta(days=day))
    assert seen.knows("t", "m", at(0) + timedelta(days=22))


def test_tenants_do_not_see_each_others_events():
    streams = StreamMatcher()
    streams.put(definition("one"), tenant_id="T1")
    streams.put(definition("two"), tenant_id="T2")
    for tenant_id in ("T1", "T2", "T3"):
        streams.feed(event("m1"), at(0), tenant_id=tenant_id)
    ended = streams.feed(event("m2"), at(1), tenant_id="T2")
    assert [(stream.tenant_id, stream.definition.id) for stream in ended] == [("T2", "two")]


@pytest.mark.parametrize(
    "change",
    [
        {"select": [{"event_type": ["*"]}]},
        {"select": [{"event_type": "*", "traits": {"x": 1.0}}]},
        {"group_by": ["event_type"]},
        {"fire_criteria": [{"event_type": "a", "number": 3}]},
        {"expiration": 3001},
    ],
)
def test_another_select_group_by_fire_criteria_or_expiration_drops_the_streams(change):
    streams = matcher(definition())
    streams.feed(event("m1"), at(0))
    streams.put(definition(**change))
    assert streams.open_streams() == []
    assert streams.advance(at(9000)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"description": "other"},
        {"expire_actions": ["other"]},
        {"actions_enabled": False},
    ],
)
def test_another_name_description_or_actions_leave_the_streams(change):
    streams = matcher(definition())
    streams.feed(event("m1"), at(0))
    streams.put(definition(**change))
    (expired,) = streams.advance(at(9000))
    assert expired.definition == definition(**change)


def test_the_kind_of_a_wanted_value_counts_as_a_change():
    streams = matcher(definition(select=[{"event_type": "*", "traits": {"x": 1}}]))
    streams.feed(event("m1", x=1), at(0))
    streams.put(definition(select=[{"event_type": "*", "traits": {"x": True}}]))
    assert streams.open_streams() == []


def test_a_removed_definition_ends_silently_and_one_never_known_is_nothing_to_remove():
    streams = matcher(definition())
    streams.feed(event("m1"), at(0))
    streams.remove("d")
    streams.remove("unknown")
    assert streams.advance(at(9000)) == []
    assert streams.feed(event("m2"), at(9000)) == []


def test_timestamps_at_the_ends_of_time_break_nothing():
    streams = matcher(definition())
    first = {**event("m1"), "timestamp": "9999-12-31T23:59:59"}
    last = {**event("m2"), "timestamp": "0001-01-01"}
    assert streams.feed(first, at(0)) == []
    assert told(streams.feed(last, at(1))) == [("FIRE", 1, "m2 m1")]


def test_streams_that_have_fired_do_not_wait_in_memory_for_their_expiration():
    streams = matcher(definition(fire_criteria=[{"event_type": "a"}], expiration=WEEK))
    for index in range(5000):
        streams.feed(event(f"m{index}", index), at(index))
    held = [name for name, value in vars(streams).items() if isinstance(value, Expirations)]
    assert [len(vars(vars(streams)[name])["_heap"]) < 1100 for name in held] == [True]


def test_senders_who_make_up_event_types_do_not_fill_the_memory():
    streams = matcher(definition(expiration=0))
    for index in range(3000):
        streams.feed(event(f"m{index}", index, f"type-{index}"), at(index))
    (routes,) = streams._routes.values()
    assert len(routes._by_type) <= 1000


arrivals = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(-6000, 2000),
        st.sampled_from("abc"),
        st.sampled_from(["x", "y", 1, None]),
    ),
    max_size=30,
)
DEFINITIONS = [
    {"definition_id": "pair", "group_by": ["host"], "fire_criteria": [{"event_type": "a"}, {"event_type": "b"}]},
    {"definition_id": "three", "fire_criteria": [{"event_type": ["*", "!c"], "number": 3}], "expiration": 1000},
    {"definition_id": "never", "select": [{"event_type": "c"}], "expiration": 0},
]


def steps(arrivals):
    """Give the events with their times; gaps make the arrival, offsets the timestamp."""
    now = 0
    for index, (gap, offset, event_type, host) in enumerate(arrivals):
        now += gap
        yield now, event(f"m{index:02}", now + offset, event_type, host=host)


def play(arrivals, pauses=()):
    streams = matcher(*(definition(**each) for each in DEFINITIONS))
    ended = []
    pauses = sorted(pauses)
    for now, arriving in [*steps(arrivals), (99_000, None)]:
        while pauses and pauses[0] <= now:
            ended += streams.advance(at(pauses.pop(0)))
        ended += streams.feed(arriving, at(now))
    return [(stream.definition.id, *told([stream])) for stream in ended]


@given(arrivals, st.lists(st.integers(0, 20_000), max_size=30))
def test_how_the_clock_is_stepped_between_events_changes_nothing(arrivals, pauses):
    assert play(arrivals, pauses) == play(arrivals)


@given(arrivals)
def test_events_that_come_again_change_nothing(arrivals):
    once, again = matcher(definition(**DEFINITIONS[0])), matcher(definition(**DEFINITIONS[0]))
    for now, arriving in steps(arrivals):
        expected = told(once.feed(arriving, at(now)))
        assert told(again.feed(arriving, at(now)) + again.feed(arriving, at(now))) == expected
    assert told(again.advance(at(99_000))) == told(once.advance(at(99_000)))


@settings(max_examples=50)
@given(st.data(), st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=12))
def test_the_order_of_events_that_arrive_together_does_not_change_which_streams_fire(data, kinds):
    # Once for each stream at most: the criteria want every event of the group.
    groups = {host: [kind for kind, each in kinds if each == host] for _, host in kinds}
    events = [event(f"m{i}", i, kind, host=host) for i, (kind, host) in enumerate(kinds)]
    size = max(map(len, groups.values()), default=1)
    fields = {"group_by": ["host"], "fire_criteria": [{"event_type": "*", "number": size}, {"event_type": "a"}]}

    def fired(arriving):
        streams = matcher(definition(expiration=WEEK, **fields))
        return sorted(told(stream for each in arriving for stream in streams.feed(each, at(0))))

    assert fired(data.draw(st.permutations(events))) == fired(events)
