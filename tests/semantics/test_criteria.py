"""Which events match a criterion (semantics 2, Does an event match a criterion)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stream_bodies import event

from monasca_events_api.semantics.criteria import compile_criteria
from monasca_events_api.semantics.event_types import LONGEST_PATTERN
from monasca_events_api.semantics.stream_events import read_event

MISSING = object()


def matches(wanted, value, trait="x", **traits):
    (criterion,) = compile_criteria("select", [{"event_type": "*", "traits": {trait: wanted}}])
    if value is not MISSING:
        traits[trait] = value
    return criterion.traits_match(read_event({**event("m1"), **traits}))


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("a*", "a*"),
        ("", ""),
        ("é", "é"),
        (512, 512),
        (512, 512.0),
        (0.0, -0.0),
        (2**60 + 1, 2**60 + 1),
        (True, True),
        (False, False),
        (None, None),
        ({"int": "> 3"}, 4),
        ({"int": "> 3"}, 3.5),
        ({"int": "< -3"}, -4),
        ({"int": "= +3"}, 3),
        ({"int": "3"}, 3.0),
        ({"int": 3}, 3),
        ({"int": "\t>\n3 "}, 4),
        ({"float": "< .5"}, 0.25),
        ({"float": "> 1.e1"}, 11),
        ({"float": "= -1.5E+2"}, -150),
        ({"float": 0.25}, 0.25),
        ({"float": 1}, 1),
        ({"float": "> 1e308"}, 10**400),
        ({"string": "> 3"}, "> 3"),
        ({"text": ""}, ""),
        ({"datetime": "day"}, "2015-07-20"),
        ({"datetime": "day"}, "2015-07-21T01:00:00+02:00"),
        ({"datetime": "$timestamp"}, "2015-07-20 17:44:01,000+02"),
        ({"datetime": "$x"}, "2015-07-20T15:44:01.0000004"),
    ],
)
def test_a_trait_matches(wanted, value):
    assert matches(wanted, value)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("1", 1),
        (1, "1"),
        (1, True),
        (True, 1),
        (0, False),
        (0, None),
        (False, None),
        (None, ""),
        (None, MISSING),
        ("", MISSING),
        (2**60 + 1, float(2**60)),
        ("a", ["a"]),
        (None, []),
        ({"int": "> 3"}, 3),
        ({"int": "> 3"}, "4"),
        ({"int": "< 3"}, True),
        ({"int": "< 3"}, None),
        ({"int": "< 3"}, MISSING),
        ({"int": "< 3"}, [1]),
        ({"int": "= 3"}, 3.5),
        ({"float": "< 3"}, "1"),
        ({"string": "3"}, 3),
        ({"text": "a"}, MISSING),
        ({"datetime": "day"}, "yesterday"),
        ({"datetime": "day"}, 20150720),
        ({"datetime": "day"}, None),
        ({"datetime": "day"}, MISSING),
        ({"datetime": "day"}, "2015-07-21"),
        ({"datetime": "$launched_at"}, "2015-07-20"),
    ],
)
def test_a_trait_does_not_match(wanted, value):
    assert not matches(wanted, value)


@pytest.mark.parametrize("launched_at", [5, None, [], "soon"])
def test_a_variable_that_holds_no_date_matches_nothing(launched_at):
    assert not matches({"datetime": "$launched_at - 1y to $timestamp"}, "2015-07-20", launched_at=launched_at)


def test_the_event_s_own_fields_are_traits():
    assert matches("m1", "m1", trait="message_id")
    assert matches("a", "a", trait="event_type")
    assert matches({"datetime": "hour"}, "2015-07-20T15:44:01", trait="timestamp")


@given(st.text(alphabet="ab.*?[]!^-&|~\\#", min_size=1, max_size=LONGEST_PATTERN), st.text(max_size=20))
def test_every_pattern_can_be_asked_of_every_event_type(pattern, event_type):
    (criterion,) = compile_criteria("select", [{"event_type": pattern}])
    assert criterion.selects(event_type) in (True, False)
