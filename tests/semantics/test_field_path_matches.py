"""What a field path matches (semantics 1, Paths)."""

import pytest

from monasca_events_api.semantics.field_path_evaluator import finder
from monasca_events_api.semantics.field_path_matches import TooManyVisitsError, Walk, location

DATA = {
    "host": "h",
    "a.b": 1,
    "": "empty",
    "*": "star",
    "o": {"x": None, "y": "Y", "z": "Z"},
    "ports": [{"id": "p0", "n": 1}, {"id": None, "n": "2"}, {"id": "p2"}],
    "deep": {"id": 1, "in": {"id": 2, "l": [{"id": 3}]}, "after": {"id": 4}},
    "m": [[1, 2], [3, 4]],
    "f": 1.5,
    "t": True,
    "null": None,
    "none": [],
    "url": "http://h/images/abc",
}


def found(path, data=DATA):
    walk = Walk()
    return [(location(match, walk), match[0]) for match in finder(path).matches(data, walk)]


def values(path, data=DATA):
    return [value for _place, value in found(path, data)]


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("host", ["h"]),
        ("$.host", ["h"]),
        ("o.$.host", ["h"]),
        ("'a.b'", [1]),
        ("''", ["empty"]),
        ("'*'", ["star"]),
        ("o.*", ["Y", "Z"]),
        ("o.z,q,y", ["Z", "Y"]),
        ("ports.*", []),
        ("ports.id", []),
        ("host.id", []),
        ("ports[0].id", ["p0"]),
        ("ports[-1].id", ["p2"]),
        ("ports[3]", []),
        ("ports[-4]", []),
        ("ports[99999999999999999999999]", []),
        ("ports[1:].id", ["p2"]),
        ("ports[:1].id", ["p0"]),
        ("ports[-2:].n", ["2"]),
        ("ports[1:1]", []),
        ("ports[0:99999999999999999999999].id", ["p0", "p2"]),
        ("ports[*].id", ["p0", "p2"]),
        ("m[1][0]", [3]),
        ("m[*][1]", [2, 4]),
        ("host[0]", []),
        ("o[0]", []),
        ("f[0]", []),
        ("null[0]", []),
        ("null[*]", []),
        ("host[*]", ["h"]),
        ("f[*]", [1.5]),
        ("t[0:]", [True]),
        ("t[1:]", []),
        ("o[*].y", ["Y"]),
        ("none[*]", []),
        ("deep..id", [1, 2, 3, 4]),
        ("deep..l..id", [3]),
        ("nokey..id", []),
        ("host|f", ["h", 1.5]),
        ("nokey|host", ["h"]),
        ("o.nokey|y", ["Y"]),
        ("o where y", [DATA["o"]]),
        ("o where x", [DATA["o"]]),
        ("o where nokey", []),
        ("o.*.`parent`.y", ["Y", "Y", "Y"]),
        ("`parent`", []),
        ("host.`this`", ["h"]),
        ("ports.`len`", [3]),
        ("o.`len`", [3]),
        ("host.`len`", [1]),
        ("f.`len`", []),
        ("url.`split(/, 4, -1)`", ["abc"]),
        ("url.`split(/, 1, 1)`", ["/h/images/abc"]),
        ("url.`split(/, 9, -1)`", []),
        ("url.`split(/, 4, 99999999999999999999999)`", ["abc"]),
        ("f.`split(., 0, -1)`", []),
        ("ports[?id].n", [1]),
        ("ports[?(@.n == 1)].id", ["p0"]),
        ("ports[?n = 2].n", ["2"]),
        ("ports[?n >= 1].n", [1, "2"]),
        ("ports[?n < 2 & id == 'p0'].id", ["p0"]),
        ("ports[?id != p0].id", ["p2"]),
        ("ports[?n != 1].n", ["2"]),
        ("ports[?n == true].n", []),
        ("ports[?n != true].id", ["p0"]),
        ("ports[?$.id == p2].id", ["p2"]),
        ("ports[?`parent`].id", []),
        ("o[?y]", []),
        ("m[?@[0] == 3][1]", [4]),
    ],
)
def test_matches_in_document_order_without_nulls(path, matched):
    assert values(path) == matched


@pytest.mark.parametrize(
    ("literal", "value", "passes"),
    [
        ("== 5", 5.0, True),
        ("== 5", "5", True),
        ("== 5", " +5.0 ", True),
        ("== 5", "5x", False),
        ("!= 5", "5x", True),
        ("> 5", "x", False),
        ("== 1", True, False),
        ("!= 1", True, True),
        ("> 0", 0.5, True),
        ("< 10", "9", True),
        ("== 9007199254740993", 9007199254740992, False),
        ("== '5'", 5, False),
        ("!= '5'", 5, True),
        ("> 'a'", "b", True),
        ("== true", True, True),
        ("== true", 1, False),
        ("== true", "true", False),
        ("!= true", "true", True),
        ("== false", False, True),
        ("== x", None, False),
        ("!= x", None, False),
        ("!= 5", [5], True),
        ("== where", "where", True),
    ],
)
def test_a_filter_compares_kind_by_kind(literal, value, passes):
    assert bool(values(f"l[?v {literal}]", {"l": [{"v": value}]})) is passes


def test_a_place_is_keys_and_indexes_joined_with_dots():
    assert [place for place, _value in found("deep..id")] == [
        "deep.id",
        "deep.in.id",
        "deep.in.l.[0].id",
        "deep.after.id",
    ]
    assert found("$.'a.b'") == [("a.b", 1)]
    assert found("ports[-1].id") == [("ports.[-1].id", "p2")]
    assert found("f[*]") == [("f.[0]", 1.5)]
    assert found("$") == [("", DATA)]


@pytest.mark.parametrize(
    "path",
    ["a" + ".*.`parent`" * 90, "(`this`|`this`)" + ".(`this`|`this`)" * 60, "b..*..*", "a.*" + ".x,x" * 90],
)
def test_a_path_that_would_go_on_for_ages_is_stopped(path):
    wide = {f"k{number}": {"x": {"x": None}} for number in range(1000)}
    deep = {}
    for _ in range(100):
        deep = {"x": deep}
    data = {"a": {**wide, "deep": deep}, "b": [[{"x": 0}] * 300] * 300}
    with pytest.raises(TooManyVisitsError):
        values(f"{path}.nokey", data)


def test_the_first_match_costs_no_more_than_the_way_to_it():
    walk = Walk()
    assert finder("$..id").first({"id": 1, "l": [0] * 1_000_000}, walk) == 1


def test_a_notification_may_be_nested_deeper_than_python_recurses():
    data = {"id": "x"}
    for _ in range(5000):
        data = {"a": data}
    assert values("$..id", data) == ["x"]
