"""Time expressions: what they give, and how a wrong one is told (semantics 2 and 3)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monasca_events_api.semantics.time_expressions import NotATimeExpression, parse

JULY = "2015-07-20T15:44:01.000123+00:00"


def told(expression, timestamp=JULY, **dates):
    read = {name: datetime.fromisoformat(date) for name, date in {"timestamp": timestamp, **dates}.items()}
    return parse(expression).told(read.get)


def span(begin, end):
    return f"from {begin}+00:00 to before {end}+00:00"


@pytest.mark.parametrize(
    ("expression", "instant"),
    [
        ("$timestamp", "2015-07-20T15:44:01.000123"),
        ("  $ timestamp\t\n", "2015-07-20T15:44:01.000123"),
        ("(($timestamp))", "2015-07-20T15:44:01.000123"),
        ("$timestamp+1d", "2015-07-21T15:44:01.000123"),
        ("$timestamp + 1 d 2 hr", "2015-07-21T17:44:01.000123"),
        ("$timestamp + 1d 1d", "2015-07-22T15:44:01.000123"),
        ("$timestamp - 123us", "2015-07-20T15:44:01"),
        ("$timestamp - 7mo", "2014-12-20T15:44:01.000123"),
        ("$timestamp + 6mo", "2016-01-20T15:44:01.000123"),
        ("$timestamp + 1yr 30min 1sec", "2016-07-20T16:14:02.000123"),
        ("$timestamp + 1d - 1d", "2015-07-20T15:44:01.000123"),
        ("$timestamp @ 0h 0m 0s 0us", "2015-07-20T00:00:00"),
        ("$timestamp @ 1h 2h", "2015-07-20T03:44:01.000123"),
        ("$timestamp @ 12mo 31d", "2015-12-31T15:44:01.000123"),
        ("$timestamp @ 2016y 2mo 29d", "2016-02-29T15:44:01.000123"),
        ("$timestamp + 1000000s", "2015-08-01T05:30:41.000123"),
    ],
)
def test_an_instant_is_computed(expression, instant):
    assert told(expression) == f"{instant}+00:00"


@pytest.mark.parametrize(
    ("expression", "begin", "end"),
    [
        ("hour", "2015-07-20T15:00:00", "2015-07-20T16:00:00"),
        ("day", "2015-07-20T00:00:00", "2015-07-21T00:00:00"),
        ("month", "2015-07-01T00:00:00", "2015-08-01T00:00:00"),
        ("year", "2015-01-01T00:00:00", "2016-01-01T00:00:00"),
        ("day ( $timestamp - 1d )", "2015-07-19T00:00:00", "2015-07-20T00:00:00"),
        ("(day)", "2015-07-20T00:00:00", "2015-07-21T00:00:00"),
        ("day + 6h", "2015-07-20T06:00:00", "2015-07-21T06:00:00"),
        ("day + 18h", "2015-07-19T18:00:00", "2015-07-20T18:00:00"),
        ("day - 6h", "2015-07-19T18:00:00", "2015-07-20T18:00:00"),
        ("day @ 6h", "2015-07-20T06:00:00", "2015-07-21T06:00:00"),
        ("day @ 18h", "2015-07-19T18:00:00", "2015-07-20T18:00:00"),
        ("day + 6h + 12h", "2015-07-19T18:00:00", "2015-07-20T18:00:00"),
        ("day + 100h", "2015-07-20T04:00:00", "2015-07-21T04:00:00"),
        ("hour + 90m", "2015-07-20T15:30:00", "2015-07-20T16:30:00"),
        ("month + 25d", "2015-06-25T00:00:00", "2015-07-26T00:00:00"),
        ("month @ 15d", "2015-07-15T00:00:00", "2015-08-15T00:00:00"),
        ("year + 3mo", "2015-04-01T00:00:00", "2016-04-01T00:00:00"),
        ("year @ 9mo", "2014-08-31T00:00:00", "2015-09-01T00:00:00"),
        ("$timestamp to $timestamp + 1h", "2015-07-20T15:44:01.000123", "2015-07-20T16:44:01.000123"),
        ("($timestamp to $timestamp + 1h) + 1mo", "2015-08-20T15:44:01.000123", "2015-08-20T16:44:01.000123"),
        ("($timestamp to $timestamp + 1y) @ 0us", "2015-07-20T15:44:01", "2016-07-20T15:44:01"),
        ("$timestamp + 1h to $timestamp", "2015-07-20T16:44:01.000123", "2015-07-20T15:44:01.000123"),
    ],
)
def test_a_range_is_computed(expression, begin, end):
    assert told(expression) == span(begin, end)


def test_a_shifted_year_moves_back_by_its_own_length():
    # From April 2016 to April 2017 it has 365 days, so a leap day earlier it begins on the 2nd.
    assert told("year + 3mo", "2016-02-01T00:00:00+00:00") == span("2015-04-02T00:00:00", "2016-04-01T00:00:00")


@pytest.mark.parametrize(
    ("expression", "timestamp"),
    [
        ("$timestamp + 1mo", "2015-01-31T00:00:00+00:00"),
        ("$timestamp - 1mo", "2015-07-31T00:00:00+00:00"),
        ("$timestamp @ 31d", "2015-06-20T00:00:00+00:00"),
        ("month @ 31d", "2015-06-20T00:00:00+00:00"),
        ("$timestamp + 1y", "2016-02-29T00:00:00+00:00"),
        ("$timestamp + 1000000y", JULY),
        ("$timestamp - 1000000d", JULY),
        ("day", "9999-12-31T00:00:00+00:00"),
        # The two ends of the range fall together: timex never comes back from it.
        ("month + 25d @ 1d @ 5d", JULY),
    ],
)
def test_what_has_no_date_holds_nothing(expression, timestamp):
    assert told(expression, timestamp) == "no such date"
    instant = datetime.fromisoformat(timestamp)
    assert not parse(expression).holds(instant, {"timestamp": instant}.get)


def test_a_leap_day_is_found_from_any_month():
    assert told("$timestamp + 13mo", "2015-01-29T00:00:00+00:00") == "2016-02-29T00:00:00+00:00"


def test_a_date_that_the_event_lacks_is_named():
    assert told("$launched_at to $timestamp") == "no date launched_at"


def holds(expression, instant):
    timestamp = datetime(2015, 7, 20, 15, tzinfo=UTC)
    return parse(expression).holds(datetime.fromisoformat(instant), {"timestamp": timestamp}.get)


def test_a_range_holds_its_begin_and_not_its_end():
    assert holds("hour", "2015-07-20T15:00:00+00:00")
    assert holds("hour", "2015-07-20T15:59:59.999999+00:00")
    assert not holds("hour", "2015-07-20T16:00:00+00:00")


def test_an_instant_holds_itself_alone_whatever_its_offset():
    assert holds("$timestamp", "2015-07-20T17:00:00+02:00")
    assert not holds("$timestamp", "2015-07-20T15:00:00.000001+00:00")


@pytest.mark.parametrize(
    ("expression", "column", "reason"),
    [
        ("", 1, "$ and a name, one of hour, day, month, year, or ( is wanted"),
        ("   ", 4, "$ and a name, one of hour, day, month, year, or ( is wanted"),
        ("1d", 1, "$ and a name, one of hour, day, month, year, or ( is wanted"),
        ("minute", 1, "$ and a name, one of hour, day, month, year, or ( is wanted"),
        ("Day", 1, "$ and a name, one of hour, day, month, year, or ( is wanted"),
        ("2015-07-20", 1, "$ and a name, one of hour, day, month, year, or ( is wanted"),
        ("$", 2, "a name is wanted after $"),
        ("$1", 2, "a name is wanted after $"),
        ("$to", 2, "'to' is a word of the language and no name"),
        ("$d + 1d", 2, "'d' is a word of the language and no name"),
        ("$timestamp 1d", 12, "the end, +, -, @ or to is wanted"),
        ("$timestamp)", 11, "the end, +, -, @ or to is wanted"),
        ("$timestamp é", 12, "the end, +, -, @ or to is wanted"),
        ("$timestamp + 1d tomorrow", 17, "the end, +, -, @ or to is wanted"),
        ("day tomorrow", 5, "the end, +, - or @ is wanted"),
        ("$a to $b to $c", 10, "the end, +, - or @ is wanted"),
        ("($timestamp", 12, "+, -, @ or ) is wanted"),
        ("day()", 5, "$ and a name, one of hour, day, month, year, or ( is wanted"),
        ("day(day)", 5, "an instant is wanted, not a range"),
        ("day($a to $b)", 5, "an instant is wanted, not a range"),
        ("day to $b", 1, "an instant is wanted, not a range"),
        ("$a to (day)", 7, "an instant is wanted, not a range"),
        ("$a + ", 6, "a duration is wanted, e.g. 1d 2h"),
        ("$a + d", 6, "a duration is wanted, e.g. 1d 2h"),
        ("$a ++ 1d", 5, "a duration is wanted, e.g. 1d 2h"),
        ("$a + 5", 6, "a unit is wanted after each number"),
        ("$a + 1d 5", 9, "a unit is wanted after each number"),
        ("$a + 1D", 7, "a unit is wanted: us, s,"),
        ("$a + 1d2h", 8, "a blank is wanted after d"),
        ("$a + 1min2h", 10, "a blank is wanted after min"),
        ("$a + 1dd2h", 7, "a unit is wanted: us, s,"),
        ("$a + 1w", 7, "a unit is wanted: us, s,"),
        ("$a + 1.5h", 6, "a unit is wanted after each number"),
        ("$a + 1000001s", 6, "numbers go up to 1000000"),
        ("$a + 1d 9999999999999s", 9, "numbers go up to 1000000"),
        ("$a @ 25h", 6, "after @ hour is from 0 to 23"),
        ("$a @ 23h 1h", 6, "after @ hour is from 0 to 23"),
        ("$a @ 0d", 6, "after @ day is from 1 to 31"),
        ("$a @ 13mo", 6, "after @ month is from 1 to 12"),
        ("$a @ 0y", 6, "after @ year is from 1 to 9999"),
        ("day + 1d", 7, "a range of one day is changed by smaller units only"),
        ("day + 6h + 1mo", 12, "a range of one day is changed by smaller units only"),
        ("(hour) - 1h", 10, "a range of one hour is changed by smaller units only"),
        ("year @ 2015y", 8, "a range of one year is changed by smaller units only"),
        ("$a" + " " * 254, 256, "longer than 255 characters"),
    ],
)
def test_a_mistake_is_told_with_its_column(expression, column, reason):
    with pytest.raises(NotATimeExpression) as mistake:
        parse(expression)
    assert str(mistake.value).startswith(f"Not a time expression: column {column}: {reason}")


def test_parentheses_may_be_nested_as_deep_as_the_text_is_long():
    assert told("(" * 122 + "$timestamp" + ")" * 122) == JULY


pieces = st.sampled_from(
    ["$", "timestamp", "$a", "to", "(", ")", "+", "-", "@", "day", "month", "1", "31d", "5 h", "2mo", " ", "\n", "é"]
)


def reading(text):
    try:
        return parse(text)
    except NotATimeExpression as mistake:
        return str(mistake)


@given(st.text(max_size=260) | st.lists(pieces, max_size=40).map(" ".join), st.datetimes())
def test_any_text_is_an_expression_or_refused_with_a_column(text, date):
    instant = date.replace(tzinfo=UTC)
    read = reading(text)
    if isinstance(read, str):
        assert read.startswith("Not a time expression: column ")
    else:
        assert read.holds(instant, lambda _: instant) in (True, False)


amounts = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["us", "s", "m", "h", "d"])), min_size=1, max_size=3)
changes = st.lists(st.tuples(st.sampled_from("+-"), amounts), max_size=3)


@given(changes, st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_a_shifted_month_always_holds_the_instant_it_was_made_around(steps, date):
    text = "month" + "".join(f" {sign} {' '.join(f'{n}{unit}' for n, unit in span)}" for sign, span in steps)
    instant = date.replace(tzinfo=UTC)
    assert parse(text).holds(instant, {"timestamp": instant}.get)
