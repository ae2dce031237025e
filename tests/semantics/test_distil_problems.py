"""Why a notification became what it became, told to mend a definition by (contract 1.6)."""

import pytest
from distilling import ENVELOPE, NOW, TimeIsUp, distil, notification, problems, time_limit

from monasca_events_api.semantics.distil_problems import Explainer
from monasca_events_api.semantics.distiller import compile_transform
from monasca_events_api.semantics.field_path_matches import MOST_VISITS
from monasca_events_api.semantics.specification import parse


def of_trait(definition, **payload):
    return problems([{"event_type": "*", "traits": {"t": definition}}], notification(**payload))


def test_nothing_is_told_of_what_goes_well():
    assert of_trait("payload.v", v=1) == []


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (5, "A notification must be an object, this is 5"),
        ([], "A notification must be an object, this is a list of 0"),
        ({"message_id": "m"}, "event_type: missing, and no event can do without it"),
        ({"event_type": "x"}, "message_id: missing, and no event can do without it"),
        ({"event_type": 5, "message_id": "m"}, "event_type: 5 is not a text"),
    ],
)
def test_it_is_told_what_the_notification_lacks(sent, told):
    assert problems([{"event_type": "*", "traits": {}}], sent) == [told]


def test_a_bad_timestamp_is_told():
    (told,) = problems([{"event_type": "*", "traits": {}}], {**ENVELOPE, "timestamp": "yesterday"})
    assert told.startswith('timestamp: "yesterday" is not a date (datetime takes ISO 8601 text')


def test_each_definition_that_does_not_match_is_told_with_its_patterns():
    specification = [
        {"event_type": ["compute.*", "image.*"], "traits": {}},
        {"event_type": ["x.*", "!*.y"], "traits": {}},
        {"event_type": "!x.*", "traits": {}},
    ]
    assert problems(specification, ENVELOPE) == [
        'definition 0: event_type "x.y" does not match "compute.*" or "image.*"',
        'definition 1: event_type "x.y" is excluded by "!*.y"',
        'definition 2: event_type "x.y" is excluded by "!x.*"',
    ]


def test_a_definition_that_matches_but_is_not_the_last_is_told():
    specification = [{"event_type": "x.y", "traits": {}}, {"event_type": "*", "traits": {}}]
    assert problems(specification, ENVELOPE) == [
        "definition 0: matches too, but definition 1 is the last that does",
    ]


def test_a_second_exclamation_mark_is_a_part_of_the_pattern():
    (told,) = problems([{"event_type": "!!x", "traits": {}}], {**ENVELOPE, "event_type": "!x"})
    assert told == 'definition 0: event_type "!x" is excluded by "!!x"'


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        ("payload.q", 'no value, payload has no key "q" (it has "v", "null", "e", "o", "l")'),
        ("payload.null", "no value, payload.null is null"),
        ("payload.v.w", 'no value, payload.v is "7.9", which has no keys'),
        ("payload.l.w", "no value, payload.l is a list of 0, which has no keys"),
        ("payload.o.w", 'no value, payload.o has no key "w" (it has none)'),
        ("payload..q", "no value, payload..q matches nothing but null, if anything"),
        (
            {"fields": ["payload.null", "payload.e.r"]},
            'no value, payload.null is null; payload.e is "", which has no keys',
        ),
        (
            {"fields": "payload.e", "type": "int"},
            "no value, the text found is empty, which only a text trait keeps and this is int",
        ),
        (
            {"fields": "payload.v", "plugin": {"name": "split", "parameters": {"segment": 2}}},
            "no value, split at '.', '7.9' has no segment 2",
        ),
        (
            {"fields": "payload.v", "plugin": {"name": "map", "parameters": {"values": {"8": 1}}}},
            'no value, map has no value for "7.9", and no default',
        ),
        ({"fields": "payload.v", "plugin": "timedelta"}, "no value, timedelta takes two dates, the paths match one"),
        (
            {"fields": ["payload.v", "payload.v"], "plugin": "timedelta"},
            'no value, timedelta takes two dates, not "7.9" and "7.9"',
        ),
    ],
)
def test_a_trait_without_a_value_is_told_with_the_place_where_its_path_ends(definition, told):
    assert of_trait(definition, v="7.9", null=None, e="", o={}, l=[]) == [f"traits.t: {told}"]


def test_an_empty_text_is_told_among_what_is_no_date():
    (told,) = of_trait({"fields": ["payload.e", "payload.y"], "plugin": "timedelta"}, e="", y="2015")
    assert told == 'traits.t: no value, timedelta takes two dates, not "" and "2015"'


def why_not_mapped(parameters, *found):
    (told,) = of_trait({"fields": "payload.v[*]", "plugin": {"name": "map", "parameters": parameters}}, v=[*found])
    return told.removeprefix("traits.t: no value, ")


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (1, "1"),
        ("2", '"2"'),
        (True, "true"),
        ("", '""'),
        ({"1": 1}, "an object of 1"),
    ],
)
def test_what_is_no_key_of_a_map_is_told_with_its_kind(found, told):
    assert why_not_mapped({"values": {"1": "running"}}, found) == f"map has no value for {told}, and no default"


def test_a_map_that_says_null_is_told_to_say_so_and_not_to_lack_its_default():
    assert why_not_mapped({"values": {"a": None}, "default": "d"}, "a") == 'map says null for "a"'


def test_a_map_says_null_for_other_cases_of_a_key_if_it_takes_them_for_the_same():
    assert why_not_mapped({"values": {"a": None}, "case_sensitive": False}, "A") == 'map says null for "A"'


@pytest.mark.parametrize(
    ("found", "told"),
    [(["a", "b"], 'map says null for "a"'), (["b", "a"], 'map has no value for "b", and no default')],
)
def test_of_several_matches_the_first_is_told_and_that_the_others_were_tried(found, told):
    assert why_not_mapped({"values": {"a": None}}, *found) == f"{told}; the other matches give none either"


def test_every_value_that_does_not_convert_is_told():
    traits = {name: {"fields": f"payload.{name}", "type": "int"} for name in "ab"}
    told = problems([{"event_type": "*", "traits": traits}], notification(a="7.9", b="x" * 1000))
    assert told[0].startswith('traits.a: "7.9" is not an int (int takes numbers, ')
    assert told[1].startswith(f'traits.b: "{"x" * 100}"… is not an int')


def test_default_traits_without_a_value_are_no_problem():
    assert problems([{"event_type": "*", "traits": {}}], ENVELOPE) == []


OTHERS = [{"event_type": "a", "traits": {}}] * 100


@pytest.mark.parametrize(
    ("definition", "sent", "told"),
    [
        ({"fields": "payload.v", "type": "int"}, notification(v="7.9"), 'traits.t: "7.9" is not an int'),
        ("payload.v", notification(), 'traits.t: no value, payload has no key "v"'),
        ("payload.v", {**notification(v=1), "timestamp": "yesterday"}, 'timestamp: "yesterday" is not a date'),
    ],
)
def test_what_is_wrong_with_the_definition_used_is_told_before_the_others(definition, sent, told):
    all_told = problems([*OTHERS, {"event_type": "*", "traits": {"t": definition}}], sent)
    assert all_told[0].startswith(told)
    assert all_told[1] == 'definition 0: event_type "x.y" does not match "a"'


def test_what_keeps_the_event_away_is_told_before_traits_without_a_value():
    traits = {**{f"t{number}": "payload.none" for number in range(200)}, "last": {"fields": "payload.v", "type": "int"}}
    told = problems([{"event_type": "*", "traits": traits}], notification(v="7.9"))
    assert told[0].startswith('traits.last: "7.9" is not an int')
    assert told[1].startswith("traits.t0: no value")


A_FIFTH = [{}] * (MOST_VISITS // 10)
"""Of the visits, for a path that looks at each of them and into it."""


def test_no_trait_that_the_event_has_is_a_problem_however_long_the_others_take_to_explain():
    specification = [
        {
            "event_type": "*",
            "traits": {
                "nowhere": "payload.many..v",
                "neither": "payload.many..v",
                "nor": "payload.many..v",
                "there": "payload..v",
            },
        }
    ]
    sent = notification(v="here", many=A_FIFTH)
    assert distil(specification, sent).event["there"] == "here"
    told = [each.partition(":")[0] for each in problems(specification, sent)]
    assert told == ["traits.nowhere", "traits.neither", "traits.nor"]


def test_a_reason_that_takes_too_long_to_find_is_not_told():
    traits = {f"t{number}": {"fields": "payload..v", "plugin": "timedelta"} for number in range(4)}
    told = problems([{"event_type": "*", "traits": traits}], notification(v="2015", many=A_FIFTH))
    assert told[0] == "traits.t0: no value, timedelta takes two dates, the paths match one"
    assert told[3] == "traits.t3: no value, and it takes too long to find out why"


def test_a_long_separator_is_told_in_short():
    plugin = {"name": "split", "parameters": {"separator": "-" * 50_000, "segment": 1}}
    traits = {"t": {"fields": "payload.v", "plugin": plugin}}
    told = problems([{"event_type": "*", "traits": traits}], notification(v="a"))
    assert told == [f"traits.t: no value, split at '{'-' * 100}', 'a' has no segment 1"]


def test_at_most_a_hundred_are_told():
    assert len(problems([{"event_type": "a", "traits": {}}] * 300, ENVELOPE)) == 100


@pytest.mark.parametrize(
    "specification",
    [
        pytest.param([{"event_type": "*", "traits": {"t": "payload..nokey"}}], id="a path that goes everywhere"),
        pytest.param([{"event_type": "*", "traits": {f"t{n}": "nokey" for n in range(50)}}], id="traits"),
        pytest.param([{"event_type": "y", "traits": {}}] * 50, id="definitions"),
    ],
)
def test_a_time_limit_ends_an_explanation(specification):
    explainer = Explainer(compile_transform(parse(specification)), time_limit(10))
    with pytest.raises(TimeIsUp):
        explainer.problems(notification(v=[0] * 100_000), NOW)
