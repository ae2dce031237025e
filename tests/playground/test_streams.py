"""A stream definition and events: a time line, a table that says the same, and what is in no stream."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from monasca_events_api.semantics.iso_dates import parse_date
from playground.reader import PHONE, STREAMS, Reader

DEFINITION = {
    "name": "failing disk",
    "select": [{"event_type": "disk.error"}],
    "group_by": ["host"],
    "fire_criteria": [{"event_type": "*", "number": 3}],
    "expiration": 60000,
}


def events(*moments: str) -> str:
    """Return disk errors, ``h1 15:00:20 m-1``, of one day."""
    told = [moment.split() for moment in moments]
    return json.dumps(
        [
            {"event_type": "disk.error", "message_id": name, "timestamp": f"2015-07-20T{time}Z", "host": host}
            for host, time, name in told
        ]
    )


DISKS = events(
    "h1 15:00:00 m-1", "h1 15:00:20 m-2", "h1 15:00:30 m-2", "h2 15:00:40 m-3", "h1 15:00:59 m-4", "h1 15:01:50 m-5"
)


def words(reader: Reader) -> list[str]:
    """Return the words of the drawing, without what is only shown when it is pointed at."""
    texts = reader.window.execute_script(
        "return [...document.querySelectorAll('.timeline .word, .timeline .title, .timeline .aside')]"
        ".map(each => each.firstChild.textContent)"
    )
    return list(texts)


def place(reader: Reader, css: str, attribute: str) -> list[float]:
    found = reader.window.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map(each => Number(each.getAttribute(arguments[1])))",
        css,
        attribute,
    )
    return list(found)


@pytest.fixture
def disks(reader: Reader) -> Reader:
    """Somebody who has written a definition and events of disks."""
    reader.tries("streams")
    reader.window.execute_script("document.getElementById('distil').click()")
    reader.writes("until", "")
    reader.writes("definition", json.dumps(DEFINITION, indent=1))
    reader.writes("events", DISKS.replace("}, {", "},\n {"))
    reader.reads("3 streams: 1 fired, 1 expired, 1 open. 1 event in no stream.")
    return reader


@pytest.mark.parametrize("example", STREAMS)
def test_each_example_fires_expires_and_waits(reader: Reader, example: str) -> None:
    reader.takes(example)
    assert reader.summary().startswith("3 streams: 1 fired, 1 expired, 1 open.")
    if example == STREAMS[0]:
        reader.pictures("playground-streams.png")


def test_each_group_has_a_line_with_what_became_of_its_streams(disks: Reader) -> None:
    assert words(disks) == [
        'host = "h1"',
        "fired 15:00:59",
        'open, waits for 2 \u00d7 "*"',
        'host = "h2"',
        'expired 15:01:40, lacks 2 \u00d7 "*"',
        "in no stream",
    ]


def test_events_are_marks_in_their_order_in_time(disks: Reader) -> None:
    first, second, fourth, fifth, third = place(disks, ".timeline .event", "cx")
    assert first < second < third < fourth < fifth
    assert len(disks.all(".timeline .ignored")) == 1


def test_a_fired_stream_ends_where_its_last_event_is(disks: Reader) -> None:
    assert place(disks, ".timeline .fired .cap", "x1") == place(disks, ".timeline .event", "cx")[2:3]


def test_a_mark_tells_its_event_and_leads_to_its_line(disks: Reader) -> None:
    assert disks.all(".timeline .event title")[2] == "m-4, 2015-07-20 15:00:59, line 5"
    disks.window.execute_script("arguments[0].dispatchEvent(new MouseEvent('click'))", disks.one(".timeline .event"))
    assert '"m-1"' in disks.selected("events")


def test_the_table_says_the_same(disks: Reader) -> None:
    cells = disks.all(".streams tbody td > div")
    assert [cells[at : at + 5] for at in range(0, 15, 5)] == [
        ["✓ fired", 'host = "h1"', "2015-07-20 15:00:59", "m-1 m-2 m-4 ", "nothing more"],
        ["✕ expired", 'host = "h2"', "2015-07-20 15:01:40", "m-3 ", 'event_type "*": 1 of 3 line 12'],
        [
            "… open",
            'host = "h1"',
            "not yet; expires 2015-07-20 15:02:50",
            "m-5 ",
            'event_type "*": 1 of 3 line 12',
        ],
    ]


def test_the_drawing_says_in_words_where_the_same_is_told(disks: Reader) -> None:
    assert disks.one(".timeline").accessible_name == "Time line: 2 groups; the table below says the same"
    assert disks.one(".timeline").aria_role in {"image", "img"}


def test_a_repeated_message_is_told_at_its_own_line(disks: Reader) -> None:
    assert disks.all("#results > ol h3") == ["m-2 line 3"]
    assert disks.all("#results > ol .reasons li") == ["message_id: seen before, each message counts once"]


def test_a_reason_leads_to_the_criterion_that_came_nearest(disks: Reader) -> None:
    disks.writes("events", DISKS.replace("disk.error", "disk.ok"))
    disks.reads("No stream. 6 events in no stream.")
    disks.one("#results > ol .reasons button").click()
    assert disks.selected("definition") == '   "event_type": "disk.error"'


@pytest.mark.parametrize("name", ["a:b", "a: b", "a b", "a.b"])
def test_a_reason_leads_to_its_trait_whatever_that_is_called(disks: Reader, name: str) -> None:
    select = [{"event_type": "disk.error", "traits": {"host": "h1", name: "x"}}]
    disks.writes("definition", json.dumps(DEFINITION | {"select": select}, indent=1))
    disks.writes("events", events("h1 15:00:00 m-1"))
    disks.reads("No stream. 1 event in no stream.")
    disks.one("#results > ol .reasons button").click()
    assert disks.selected("definition") == f'    "{name}": "x"'


def test_the_clock_runs_on_until_it_is_told_to_stop(disks: Reader) -> None:
    disks.writes("until", "2015-07-20T15:05:00Z")
    disks.reads("1 fired, 2 expired, 0 open")
    assert "until" in disks.all(".timeline .scale")


def test_a_wrong_until_is_told_beside_it(disks: Reader) -> None:
    disks.writes("until", "tomorrow")
    disks.reads("One fault")
    assert disks.all("#until-fault") == ["Must be an ISO 8601 date and time"]


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        ({"select": [{"event_type": 7}]}, 4, "select.0.event_type: "),
        ({"expiraton": 1}, 2, "expiraton: Unknown key"),
        ({"fire_criteria": []}, 2, "fire_criteria: Must not be empty"),
    ],
)
def test_a_fault_of_the_definition_is_marked_at_its_line(
    disks: Reader, change: dict[str, object], line: int, told: str
) -> None:
    disks.writes("definition", json.dumps(change | DEFINITION | change, indent=1))
    disks.reads("One fault")
    assert disks.marked("definition") == [f"✕ {line}"]
    assert disks.faults("definition")[0].startswith(f"Line {line}{told}")


def test_faults_in_all_fields_are_told_at_once(disks: Reader) -> None:
    disks.writes("definition", "{")
    disks.writes("events", "[1,]")
    disks.reads("2 faults, marked where they stand.")
    assert [len(disks.faults(field)) for field in ("definition", "events")] == [1, 1]


def test_raw_notifications_are_distilled_first(reader: Reader) -> None:
    reader.takes(STREAMS[1])
    assert reader.all("label[for=events]") == ["Notifications"]
    assert 'backend = "cinder1@lvm"' in words(reader)


def test_a_wrong_specification_is_marked_here_too(reader: Reader) -> None:
    reader.takes(STREAMS[1])
    reader.writes("specification", "- event_type: a\n  traits: 7\n")
    reader.reads("One fault")
    assert reader.faults("specification") == ["Line 20.traits: Must be a mapping"]


def test_distilled_events_need_no_specification(disks: Reader) -> None:
    assert not disks.one("#specification").is_displayed()
    assert disks.all("label[for=events]") == ["Events"]


def test_an_event_stands_at_the_time_at_which_it_was_received(disks: Reader) -> None:
    late = [{"received_at": "2015-07-20T15:00:50Z", "event": each} for each in json.loads(events("h1 15:00:10 m-2"))]
    disks.writes("events", json.dumps([*json.loads(events("h1 15:00:00 m-1")), *late]))
    disks.reads("1 stream: 0 fired, 0 expired, 1 open.")
    assert disks.all(".timeline .event title")[1] == "m-2, 2015-07-20 15:00:50, line 1"


def test_the_clock_of_the_drawing_never_runs_backwards(disks: Reader) -> None:
    disks.writes("events", events("h2 15:00:30 m-1", "h1 15:00:10 m-2"))
    disks.reads("2 streams")
    (later,) = set(place(disks, ".timeline .event", "cx"))
    (started,) = [each for each in place(disks, ".timeline .open .bar", "x1") if each != later]
    assert started < later


@pytest.fixture
def raw(reader: Reader) -> Reader:
    """Somebody who has written a definition of disks and will write notifications."""
    reader.takes(STREAMS[1])
    reader.writes("specification", "- {event_type: disk.error, traits: {host: payload.host}}")
    reader.writes("definition", json.dumps(DEFINITION, indent=1))
    return reader


def notification(name: str, **fields: object) -> dict[str, object]:
    return {"event_type": "disk.error", "message_id": name, "payload": {"host": "h1"}, **fields}


@pytest.mark.parametrize("none", [{"timestamp": None}, {"timestamp": ""}, {"_context_timestamp": None}])
def test_a_notification_without_a_time_stands_where_it_was_received(raw: Reader, none: dict[str, object]) -> None:
    sent = notification("m-1", **{"_context_timestamp": "2015-07-20T14:00:00Z"} | none)
    raw.writes("events", json.dumps([{"received_at": "2015-07-20T15:00:50Z", "event": sent}]))
    raw.reads("1 stream: 0 fired, 0 expired, 1 open.")
    assert "not yet; expires 2015-07-20 15:01:50" in raw.all(".streams td > div")


def test_a_notification_that_says_no_time_at_all_stands_where_the_clock_does(raw: Reader) -> None:
    raw.writes("events", json.dumps([notification("m-1", timestamp="2015-07-20T15:00:50Z"), notification("m-2")]))
    raw.reads("1 stream: 0 fired, 0 expired, 1 open.")
    assert raw.all(".timeline .event title")[1] == "m-2, 2015-07-20 15:00:50, line 1"


def test_a_notification_that_is_dropped_does_not_move_the_clock(raw: Reader) -> None:
    other = notification("m-1", timestamp="2015-07-20T16:00:00Z") | {"event_type": "disk.ok"}
    raw.writes("events", json.dumps([other, notification("m-2", timestamp="2015-07-20T15:00:50Z")]))
    raw.reads("1 event in no stream.")
    assert raw.all(".timeline .event title") == ["m-2, 2015-07-20 15:00:50, line 1"]


def test_a_context_timestamp_is_no_time_of_an_event(disks: Reader) -> None:
    undated = notification("m-0", _context_timestamp="2015-07-20T15:00:50Z")
    disks.writes("events", json.dumps([undated, *json.loads(events("h1 15:00:00 m-1"))]))
    disks.reads("1 event in no stream.")
    assert disks.all(".timeline .event title, .timeline .ignored") == ["m-1, 2015-07-20 15:00:00, line 1"]


DATES = """
2015 2015-07 201507 2015-07-20 20150720 2015-7-2 2015-712 2015-02-29 2016-02-29 2015-13-01 0000 0001-01-01 2015-W30-1
2015-07-20T15 2015-07-20T1544 2015-07-20T15:44 2015-07-20T15:44:1 20150720T154401Z 2015-07-20T15:44:01.5
2015-07-20T24:00:00 2015-07-20T15:44:60 2015-07-20T15:60:00 2015-07-20t15:44:01 2015-07-20T15:44:01,123
2015-07-20T15:44:01+01 2015-07-20T15:44:01-0130 2015-07-20T15:44:01+01:30 2015-07-20T15:44:01+24:00
0001-01-01T00:00:00+01:00 9999-12-31T23:59:59 9999-12-31T23:59:59-01:00 now 1437407041
"""
WITH_BLANKS = [
    "",
    "2015-07-20 15:44:01.25",
    "2015-07-20  15:44:01",
    "2015-07-20 15:44:01 +0000",
    " 2015-07-20",
    "2015-07-20 ",
    "2015-07-20\n",
    f"2015-07-20 15:44:01.{'1' * 1000}",
]


def milliseconds(text: str) -> float | None:
    try:
        return (parse_date(text) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)
    except ValueError:
        return None


def test_dates_are_read_as_the_service_reads_them(reader: Reader) -> None:
    texts = [*DATES.split(), *WITH_BLANKS]
    read = reader.runs(
        "const {instant} = await import('./playground/instants.js'); return given[0].map(instant)", texts
    )
    expected = {text: milliseconds(text) for text in texts}
    assert dict(zip(texts, read, strict=True)) == expected


def test_a_date_is_shown_without_zeros_that_say_nothing(reader: Reader) -> None:
    shown = reader.runs(
        "const {instant, shownDate} = await import('./playground/instants.js');"
        "return given[0].map(text => shownDate(instant(text)))",
        ["2026-07-20 15:44:01.5", "2026-07-20T15:44:09+02:00", "2026-07-20"],
    )
    assert shown == ["2026-07-20 15:44:01.5", "2026-07-20 13:44:09", "2026-07-20 00:00:00"]


def test_an_event_without_a_date_is_told_and_does_no_harm(disks: Reader) -> None:
    disks.writes("events", '[{"event_type": "disk.error", "message_id": "m", "host": "h", "timestamp": "x"}, 7, null]')
    disks.reads("No stream. 3 events in no stream.")
    assert disks.all("#results > ol h3 code") == ["m", "no message_id", "no message_id"]


def test_of_very_many_groups_the_time_line_shows_the_first_and_says_so(disks: Reader) -> None:
    disks.writes("events", events(*(f"h{each} 15:00:00 m-{each}" for each in range(150))))
    disks.reads("150 streams")
    assert len(disks.all(".timeline .title")) == 100
    assert "The time line shows 100 groups; 50 more are in the table." in disks.all("#results p")


def test_the_time_line_fits_a_phone_and_fits_again_when_it_is_turned(disks: Reader) -> None:
    disks.shape(PHONE)
    narrow = disks.sees(lambda: next((each for each in place(disks, ".timeline", "width") if each < PHONE[0]), None))
    disks.shape((740, 360))
    assert disks.sees(lambda: [each for each in place(disks, ".timeline", "width") if each > narrow])
