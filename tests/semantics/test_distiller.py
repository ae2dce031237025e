"""What becomes of a notification, where the vectors do not show it (semantics 1, Transform)."""

import tracemalloc

import pytest
from distilling import ENVELOPE, NOW, TimeIsUp, distil, notification, time_limit, trait, traits_of

from monasca_events_api.semantics.distiller import Distilled, compile_transform
from monasca_events_api.semantics.specification import parse

ANY = [{"event_type": "*", "traits": {}}]


@pytest.mark.parametrize(
    ("type_name", "value", "result"),
    [
        ("text", True, "True"),
        ("text", 1.0, "1.0"),
        ("text", " a ", " a "),
        ("text", "", ""),
        ("text", [1, {"a": None}], "[1, {'a': None}]"),
        ("int", 7.9, 7),
        ("int", -7.9, -7),
        ("int", True, 1),
        ("int", "\t+07\n", 7),
        ("int", "", None),
        ("int", "7.0", "error"),
        ("int", "1_000", "error"),
        ("int", "٣", "error"),
        ("int", "--1", "error"),
        ("int", "9" * 5000, "error"),
        ("int", " " * 10_000 + "1", "error"),
        ("int", float("inf"), "error"),
        ("int", float("nan"), "error"),
        ("int", None, None),
        ("int", [], "error"),
        ("float", 7, 7.0),
        ("float", False, 0.0),
        ("float", "1.", 1.0),
        ("float", ".5e-1", 0.05),
        ("float", "1E3", 1000.0),
        ("float", "1e999", "error"),
        ("float", 10**400, "error"),
        ("float", "infinity", "error"),
        ("float", ".", "error"),
        ("float", "", None),
        ("datetime", "2015", "2015-01-01T00:00:00+00:00"),
        ("datetime", 2015, "error"),
        ("datetime", " ", "error"),
        ("datetime", "", None),
    ],
)
def test_a_type_takes_what_it_takes_and_all_else_is_an_error(type_name, value, result):
    made = trait({"fields": "payload.v", "type": type_name}, v=value)
    assert made == result
    assert type(made) is type(result)


@pytest.mark.parametrize(
    ("plugin", "values", "result"),
    [
        ("split", ["a.b"], "a"),
        ({"name": "split", "parameters": {"segment": -1, "max_split": 1}}, ["a.b.c"], "b.c"),
        ({"name": "split", "parameters": {"max_split": 0}}, ["a.b"], "a.b"),
        ({"name": "split", "parameters": {"max_split": -5}}, ["a.b"], "a"),
        ({"name": "split", "parameters": {"max_split": 10**30, "segment": 1}}, ["a.b"], "b"),
        ({"name": "split", "parameters": {"segment": 10**30}}, ["a.b"], None),
        ({"name": "split", "parameters": {"segment": -(10**30)}}, ["a.b"], None),
        ({"name": "split", "parameters": {"separator": ", "}}, [[1, 2]], "[1"),
        ("split", [None, "a.b"], "a"),
        ("split", [], None),
        ("bitfield", [], "0"),
        ("timedelta", ["2015-07-20", "2015-07-19T23:59:59.5"], "0.5"),
        ("timedelta", ["2015-07-20", "2015-07-20"], "0.0"),
        ("timedelta", ["2015-07-20"], None),
        ("timedelta", ["2015-07-20", "2015-07-20", "2015-07-20"], None),
        ("timedelta", ["2015-07-20", 2015], None),
        ("timedelta", ["2015-07-20", "tomorrow"], None),
        ({"name": "map", "parameters": {"values": {"a": 1}}}, ["b", "a"], "1"),
        ({"name": "map", "parameters": {"values": {"a": None}, "default": "d"}}, ["a", "b"], "d"),
        ({"name": "map", "parameters": {"values": {"a": 1}, "default": "d"}}, ["b", "a"], "d"),
        ({"name": "map", "parameters": {"values": {"a": 1}, "default": "d"}}, [], None),
        ({"name": "map", "parameters": {"values": {"a": 1}}}, ["A"], None),
        ({"name": "map", "parameters": {"values": {"Straße": 1}, "case_sensitive": False}}, ["STRASSE"], "1"),
        ({"name": "map", "parameters": {"values": {"a": 1}, "case_sensitive": False}}, [5], None),
        ({"name": "map", "parameters": {"values": {"a": 1}, "default": "d"}}, [{"a": 1}], "d"),
    ],
)
def test_a_plugin_makes_one_value_of_the_matches(plugin, values, result):
    assert trait({"fields": "payload.v[*]", "plugin": plugin}, v=values) == result


@pytest.mark.parametrize(
    ("flag", "bits"),
    [
        ({"path": "payload.a", "bit": 0}, 1),
        ({"path": "payload.a", "bit": "5", "value": 1.0}, 32),
        ({"path": "payload.a", "bit": 1, "value": True}, 2),
        ({"path": "payload.a", "bit": 1, "value": "1"}, 0),
        ({"path": "payload.a", "bit": 1, "value": None}, 0),
        ({"path": "payload.l.[1]", "bit": 63}, 2**63),
        ({"path": "payload.l[1]", "bit": 1}, 0),
        ({"path": "payload.d.e", "bit": 1, "value": {"x": [1]}}, 2),
        ({"path": "payload.'d.e'", "bit": 1}, 0),
        ({"path": "payload.null", "bit": 1}, 0),
    ],
)
def test_a_flag_is_set_by_the_path_of_a_match(flag, bits):
    plugin = {"name": "bitfield", "parameters": {"flags": [flag]}}
    definition = {"fields": ["payload.*", "payload.l[*]"], "type": "int", "plugin": plugin}
    assert trait(definition, a=1, l=[0, 0], **{"d.e": {"x": [1]}, "null": None}) == bits


def test_a_key_that_is_missing_ends_the_look_at_a_path():
    paths = ", ".join(f"payload.a.b.c.d.e.f{number}" for number in range(100))
    traits = "".join(f"    t{number}: {{fields: *paths}}\n" for number in range(1, 400))
    specification = f"- event_type: '*'\n  traits:\n    t0: {{fields: &paths [{paths}]}}\n{traits}"
    assert distil(specification, {"event_type": "x", "message_id": "m"}).error is None


def test_a_map_has_keys_of_every_kind():
    text = """
    - event_type: '*'
      traits: {t: {fields: payload.v, plugin: {name: map, parameters: {values: {3: three, yes: sure, 1.5: half}}}}}
    """
    made = [distil(text, notification(v=value)).event.get("t") for value in (3, 3.0, True, 1, 1.5, "3")]
    assert made == ["three", "three", "sure", "sure", "half", None]


@pytest.mark.parametrize(
    ("times", "timestamp"),
    [
        ({"timestamp": None}, "now"),
        ({"timestamp": ""}, "now"),
        ({}, "now"),
        ({"timestamp": None, "_context_timestamp": "2015"}, "now"),
        ({"_context_timestamp": "2015"}, "2015-01-01T00:00:00+00:00"),
        ({"_context_timestamp": ""}, "now"),
        ({"timestamp": "2015-07-20T15:44:01.5+02:00"}, "2015-07-20T13:44:01.500000+00:00"),
        ({"timestamp": "yesterday"}, "error"),
        ({"timestamp": 1437407041}, "error"),
        ({"timestamp": ["2015"]}, "error"),
        ({"_context_timestamp": "yesterday"}, "error"),
    ],
)
def test_the_time_is_the_timestamp_or_that_of_processing(times, timestamp):
    distilled = distil(ANY, {"event_type": "x", "message_id": "m", **times})
    if timestamp == "error":
        assert distilled.error
        return
    assert distilled.event["timestamp"] == distilled.event["when"]
    assert distilled.event["timestamp"] == (NOW.isoformat() if timestamp == "now" else timestamp)


def test_a_bad_timestamp_of_what_nobody_wants_is_no_error():
    sent = {**ENVELOPE, "timestamp": "yesterday"}
    assert distil([{"event_type": "a", "traits": {}}], sent) == Distilled()


@pytest.mark.parametrize(
    "sent",
    [
        None,
        5,
        "text",
        [],
        [ENVELOPE],
        {},
        {"event_type": "x"},
        {"message_id": "m"},
        {"event_type": None, "message_id": "m"},
        {"event_type": 5, "message_id": "m"},
        {"event_type": ["x"], "message_id": "m"},
        {"event_type": "x", "message_id": 5},
        {"event_type": "x" * 256, "message_id": "m"},
    ],
)
def test_what_is_no_notification_is_an_error_even_if_no_definition_matches(sent):
    distilled = distil([{"event_type": "none", "traits": {}}], sent)
    assert distilled.error
    assert distilled.event is None


def test_an_error_names_the_definition_that_was_used():
    specification = [
        {"event_type": "*", "traits": {}},
        {"event_type": "x.*", "traits": {"t": {"fields": "v", "type": "int"}}},
    ]
    distilled = distil(specification, {**ENVELOPE, "v": "7.9"})
    assert (distilled.matched, distilled.event) == (1, None)
    assert distilled.error.startswith('traits.t: "7.9" is not an int (int takes ')


def test_the_tenant_is_that_of_the_raw_event():
    assert distil(ANY, {**ENVELOPE, "_tenant_id": "t1"}).event["_tenant_id"] == "t1"
    assert "_tenant_id" not in distil(ANY, ENVELOPE).event
    assert "_tenant_id" not in distil(ANY, {**ENVELOPE, "_tenant_id": None}).event


def test_a_default_trait_that_is_replaced_does_not_fall_back():
    specification = [{"event_type": "*", "traits": {"service": "payload.service"}}]
    assert traits_of(distil(specification, {**ENVELOPE, "publisher_id": "p"}).event) == {}


def test_one_transform_serves_many_notifications_and_leaks_nothing():
    transform = compile_transform(parse([{"event_type": "*", "traits": {"t": "payload.v"}}]))
    assert transform.distil(notification(v="a"), NOW).event["t"] == "a"
    assert "t" not in transform.distil(notification(), NOW).event


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [nested(100_000), 10**5000, ["x" * 1000] * 100_000, "x" * 50_000_000],
    ids=["deeper than Python recurses", "longer than Python writes", "a large list", "a long text"],
)
def test_a_value_that_cannot_be_written_out_in_time_is_an_error(value):
    assert trait("payload.v", v=value) == "error"


@pytest.mark.parametrize("value", [nested(50_000), 10**5000], ids=["too deep", "too long a number"])
def test_a_value_that_cannot_be_written_out_is_an_error_when_it_is_split(value):
    assert trait({"fields": "payload.v", "plugin": "split"}, v=value) == "error"


@pytest.mark.parametrize(
    ("trait_definition", "value"),
    [
        pytest.param("payload.v", {"k" * 1_000_000: 1}, id="a long key, written out"),
        pytest.param("payload.v", [10**4200] * 200, id="long integers, written out"),
        pytest.param("payload.v[?(n != 1 & n != 2)].x", [{"n": "1" * 4000}] * 30, id="long texts, read as numbers"),
        pytest.param(
            {"fields": "payload.v.*[*]", "plugin": "bitfield"},
            {"k" * 100_000: [1] * 100},
            id="a long key, on the way to many values",
        ),
        pytest.param("payload.v", ["\U0010ffff" * 100_000], id="a text that is written out ten times as long"),
        pytest.param(
            {"fields": "payload.v", "plugin": "split"}, ["x" * 1000] * 400, id="a list that is written out and split"
        ),
        pytest.param(
            {
                "fields": "payload.v[*]",
                "plugin": {"name": "map", "parameters": {"values": {"b": 1}, "case_sensitive": False}},
            },
            ["A" * 100_000] * 100,
            id="long texts, whose case is folded",
        ),
    ],
)
def test_a_notification_on_which_too_much_work_is_done_is_an_error(trait_definition, value):
    traits = {f"t{number}": trait_definition for number in range(20)}
    error = distil([{"event_type": "*", "traits": traits}], notification(v=value)).error
    assert error is not None
    assert error.endswith("its paths look at too many values of this notification")


def test_a_list_that_is_too_long_to_look_at_is_not_copied_first():
    specification, sent = [{"event_type": "*", "traits": {"t": "payload..x"}}], notification(v=[0] * 1_000_000)
    tracemalloc.start()
    error = distil(specification, sent).error
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error is not None
    assert most < 10_000_000


@pytest.mark.parametrize("asked", [1, 10])
def test_a_time_limit_ends_the_work_on_one_notification(asked):
    wanted = " & ".join(f"@ != {number}" for number in range(80))
    transform = compile_transform(parse([{"event_type": "*", "traits": {"t": f"payload.v[?({wanted})].x"}}]))
    with pytest.raises(TimeIsUp):
        transform.distil(notification(v=["x"] * 5000), NOW, time_limit(asked))
