"""``POST /v2.0/events`` (contract 1.5, and 2 raw-events)."""

import json
from typing import Any

import pytest

from api.examples import event, without
from api.one_database import on_sqlite
from api.running_service import EVENTS, RAW_EVENTS, Tenant, refusal

pytestmark = on_sqlite

EMOJI = "🎉"
REQUIRED = ["event_type", "message_id", "timestamp"]
DATES = [
    "2026-01-02T03:04:05.678901",
    "2026-01-02 03:04:05.678901",
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05+02:00",
    "2026-01-02T03:04:05+0200",
    "2026-01-02T03:04:05,5",
    "2026-01-02T03:04",
    "2026-01-02",
    "2026",
    "20260102T030405Z",
    "2024-02-29T00:00:00",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59+10:00",
]
NO_DATES = [
    "",
    "yesterday",
    "2026-13-02T03:04:05",
    "2026-02-29T00:00:00",
    "2026-01-02T24:00:00",
    "2026-01-02T03:04:60",
    "2026-01-02T03:04:05 +02:00",
    "1767323045",
    "٢٠٢٦-01-02T03:04:05",
    "2026-01-02T03:04:05Z ",
    "0001-01-01T00:00:00+10:00",
    "9999-12-31T23:59:59-10:00",
]
NUMBERS = [
    "12345678901234567890123456789012345678901234567890",
    "0.1000000000000000000000000000000001",
    "1E+400",
    "-0",
    "-0.0",
    "1.50",
    "1e5",
    "9" * 5000,
]
LEVELS = 200


def nested(levels: int) -> str:
    """Return an event, itself one level, of that many levels."""
    return with_member('"deep": ' + "[" * (levels - 1) + "]" * (levels - 1), payload={})


def with_member(member: str, **fields: Any) -> str:
    body = without(event(**fields), "payload")
    return f"{json.dumps(body)[:-1]}, {member}}}"


def posted(api: Tenant) -> list[dict[str, Any]]:
    return [record.value["event"] for record in api.announced(RAW_EVENTS)]


def test_one_event_answers_204_with_nothing(api: Tenant) -> None:
    answer = api.post_json(EVENTS, event())
    assert (answer.status_code, answer.content) == (204, b"")


def test_one_event_is_published_with_its_tenant(api: Tenant) -> None:
    body = event()
    api.post_json(EVENTS, body)
    assert posted(api) == [{**body, "_tenant_id": api.id}]


def test_a_list_is_published_in_its_order(api: Tenant) -> None:
    bodies = [event() for _ in range(10)]
    api.post_json(EVENTS, bodies)
    assert [each["message_id"] for each in posted(api)] == [each["message_id"] for each in bodies]


def test_a_list_of_one_is_published_as_one_event_is(api: Tenant) -> None:
    api.post_json(EVENTS, [event(message_id="a")])
    api.post_json(EVENTS, event(message_id="a"))
    one, other = posted(api)
    assert one == other


@pytest.mark.parametrize("number", [1, 999, 1000])
def test_up_to_a_thousand_events_are_taken(api: Tenant, number: int) -> None:
    api.post_json(EVENTS, [event() for _ in range(number)])
    assert len(posted(api)) == number


def test_more_than_a_thousand_are_refused(api: Tenant) -> None:
    assert refusal(api.post_json(EVENTS, [event()] * 1001)) == (400, [("", "More than 1000 items")])


def test_the_most_events_are_what_the_settings_say(tight: Tenant) -> None:
    assert [tight.post_json(EVENTS, [event()] * number).status_code for number in (3, 4)] == [204, 400]


def test_an_empty_list_is_refused(api: Tenant) -> None:
    assert refusal(api.post(EVENTS, content=b"[]")) == (400, [("", "Must not be empty")])


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_required_is_named_when_it_is_missing(api: Tenant, name: str) -> None:
    assert refusal(api.post_json(EVENTS, without(event(), name))) == (400, [(name, "Required")])


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [5, 5.0, None, True, [], {}, ["x"]])
def test_what_is_required_is_a_string(api: Tenant, name: str, value: Any) -> None:
    assert refusal(api.post_json(EVENTS, event(**{name: value}))) == (400, [(name, "Must be a string")])


@pytest.mark.parametrize(("name", "longest"), [("event_type", 255), ("message_id", 50)])
@pytest.mark.parametrize("character", ["m", "é", EMOJI])
def test_a_text_may_be_as_long_as_its_limit_in_characters(api: Tenant, name: str, longest: int, character: str) -> None:
    api.post_json(EVENTS, event(**{name: character * longest}))
    assert [each[name] for each in posted(api)] == [character * longest]


@pytest.mark.parametrize(("name", "longest"), [("event_type", 255), ("message_id", 50)])
@pytest.mark.parametrize("character", ["m", EMOJI])
def test_a_text_one_character_longer_is_refused(api: Tenant, name: str, longest: int, character: str) -> None:
    answer = api.post_json(EVENTS, event(**{name: character * (longest + 1)}))
    assert refusal(answer) == (400, [(name, f"Longer than {longest} characters")])


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", ["5", "null", "[]"])
def test_a_required_key_that_stands_twice_is_no_way_past_the_checks(api: Tenant, name: str, value: str) -> None:
    twice = f'{{"{name}": {value}, {json.dumps(event())[1:]}'
    answer = api.post(EVENTS, content=f"[{json.dumps(event())}, {twice}]")
    told = [("1", "A required key stands there twice, once with a value that is no string")]
    assert (refusal(answer), posted(api)) == ((400, told), [])


@pytest.mark.parametrize("name", ["event_type", "message_id"])
def test_an_empty_text_is_refused(api: Tenant, name: str) -> None:
    assert refusal(api.post_json(EVENTS, event(**{name: ""}))) == (400, [(name, "Must not be empty")])


@pytest.mark.parametrize("date", DATES)
def test_a_timestamp_is_iso_8601_and_passes_through(api: Tenant, date: str) -> None:
    api.post_json(EVENTS, event(timestamp=date))
    assert [each["timestamp"] for each in posted(api)] == [date]


@pytest.mark.parametrize("date", NO_DATES)
def test_another_timestamp_is_refused(api: Tenant, date: str) -> None:
    answer = api.post_json(EVENTS, event(timestamp=date))
    assert refusal(answer) == (400, [("timestamp", "Must be an ISO 8601 date and time")])


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_passes_through_to_the_last_digit(api: Tenant, number: str) -> None:
    api.post(EVENTS, content=with_member(f'"number": {number}'))
    (record,) = api.announced(RAW_EVENTS)
    assert f'"number": {number},' in record.line


@pytest.mark.parametrize("value", [None, [], {}, [None], {"": ""}, "", EMOJI, "\u2028\x7f", {"_tenant_id": "inside"}])
def test_all_other_keys_pass_through_untouched(api: Tenant, value: Any) -> None:
    api.post_json(EVENTS, event(**{"own key": value, "id": 1, "tenant_id": value}))
    (got,) = posted(api)
    assert (got["own key"], got["id"], got["tenant_id"]) == (value, 1, value)


def test_text_passes_through_without_escapes(api: Tenant) -> None:
    api.post_json(EVENTS, event(payload={"name": f"Größe {EMOJI}"}))
    (record,) = api.announced(RAW_EVENTS)
    assert f"Größe {EMOJI}" in record.line


def test_an_event_over_several_lines_is_one_record(api: Tenant) -> None:
    body = event()
    api.post(EVENTS, content=json.dumps(body, indent=4).replace("\n", "\r\n"))
    assert posted(api) == [{**body, "_tenant_id": api.id}]


def test_200_levels_are_taken(api: Tenant) -> None:
    assert api.post(EVENTS, content=nested(LEVELS)).status_code == 204


def test_201_levels_are_refused(api: Tenant) -> None:
    assert refusal(api.post(EVENTS, content=nested(LEVELS + 1))) == (400, [("", "Nested deeper than 200")])


def test_brackets_in_text_are_no_levels(api: Tenant) -> None:
    assert api.post_json(EVENTS, event(payload=["[{" * 300, '\\"[' * 300])).status_code == 204


@pytest.mark.parametrize("key", ["_tenant_id", "\\u005ftenant_id", "_tenan\\u0074_id", "\\u005F\\u0074enant_id"])
@pytest.mark.parametrize("value", ['"x"', "null", "1", "[]"])
def test_the_reserved_key_is_refused_however_it_is_escaped(api: Tenant, key: str, value: str) -> None:
    answer = api.post(EVENTS, content=with_member(f'"{key}": {value}'))
    assert refusal(answer) == (400, [("_tenant_id", "Reserved name")])


@pytest.mark.parametrize("key", ["_tenant_id", "\\u005ftenant_id"])
def test_the_reserved_key_is_refused_in_a_list_too(api: Tenant, key: str) -> None:
    member = f'"{key}": "x"'
    answer = api.post(EVENTS, content=f"[{json.dumps(event())}, {with_member(member)}]")
    assert refusal(answer) == (400, [("1._tenant_id", "Reserved name")])


def test_keys_like_the_reserved_one_are_taken(api: Tenant) -> None:
    body = event(_tenant_Id="x", tenant_id="y", **{"_tenant_id ": "z"})
    assert api.post_json(EVENTS, body).status_code == 204


@pytest.mark.parametrize("body", ["null", "5", '"x"', "true"])
def test_a_body_that_is_neither_event_nor_list_is_refused(api: Tenant, body: str) -> None:
    assert refusal(api.post(EVENTS, content=body)) == (400, [("", "Must be an object")])


@pytest.mark.parametrize("item", ["null", "5", '"_tenant_id"', "[]", "true"])
def test_an_item_that_is_no_event_is_named_by_its_index(api: Tenant, item: str) -> None:
    answer = api.post(EVENTS, content=f"[{json.dumps(event())}, {item}]")
    assert refusal(answer) == (400, [("1", "Must be an object")])


def test_every_bad_event_of_a_list_is_named_by_its_index(api: Tenant) -> None:
    bodies = [without(event(), "timestamp"), event(), event(event_type=5, message_id=""), event()]
    assert refusal(api.post_json(EVENTS, bodies)) == (
        400,
        [("0.timestamp", "Required"), ("2.event_type", "Must be a string"), ("2.message_id", "Must not be empty")],
    )


@pytest.mark.parametrize(
    ("escape", "character"),
    [("\\ud83d", "D83D"), ("\\uDE00", "DE00"), ("\\ude00\\ud83d", "DE00"), ("\\ud83d\\ude00\\ud83dx", "D83D")],
)
def test_half_a_surrogate_pair_is_named_with_its_field(api: Tenant, escape: str, character: str) -> None:
    answer = api.post(EVENTS, content=with_member(f'"payload": {{"list": [0, "{escape}"]}}'))
    assert refusal(answer) == (400, [("payload.list.1", f"Character U+{character} is not allowed")])


def test_half_a_surrogate_pair_in_a_key_is_told_of_the_object(api: Tenant) -> None:
    answer = api.post(EVENTS, content=with_member('"payload": {"\\ud83d": 1}'))
    assert refusal(answer) == (400, [("payload", "Character U+D83D is not allowed")])


def test_half_a_surrogate_pair_is_named_beside_any_number(api: Tenant) -> None:
    answer = api.post(EVENTS, content=with_member(f'"text": "\\ud83d", "numbers": [{", ".join(NUMBERS)}]'))
    assert refusal(answer) == (400, [("text", "Character U+D83D is not allowed")])


def test_of_a_list_half_surrogate_pairs_are_named_beside_all_other_faults(api: Tenant) -> None:
    half = with_member('"text": "\\ud83d"')
    answer = api.post(EVENTS, content=f"[{half}, {json.dumps(event())}, {half}, {json.dumps(event(event_type=''))}]")
    assert refusal(answer) == (
        400,
        [
            ("0.text", "Character U+D83D is not allowed"),
            ("2.text", "Character U+D83D is not allowed"),
            ("3.event_type", "Must not be empty"),
        ],
    )


def test_half_a_surrogate_pair_is_told_also_where_its_key_stands_twice(api: Tenant) -> None:
    answer = api.post(EVENTS, content=with_member('"text": "\\ud83d", "text": ""'))
    assert refusal(answer) == (400, [("", "Half a surrogate pair is not allowed")])


def test_what_only_looks_like_half_a_surrogate_pair_is_taken(api: Tenant) -> None:
    api.post(EVENTS, content=with_member('"text": "\\\\ud83d \\ud83d\\ude00 \\\\\\\\ude00"'))
    assert [each["text"] for each in posted(api)] == ["\\ud83d 😀 \\\\ude00"]


def test_what_only_looks_like_half_a_surrogate_pair_is_no_fault_beside_others(api: Tenant) -> None:
    answer = api.post(EVENTS, content=with_member('"text": "\\\\ud83d \\ud83d\\ude00"', event_type=""))
    assert refusal(answer) == (400, [("event_type", "Must not be empty")])


def test_what_is_no_json_is_told_so_once(api: Tenant) -> None:
    assert refusal(api.post(EVENTS, content=b"[1,,]")) == (400, [("", "Not JSON: invalid character (byte 3)")])


def test_of_a_list_with_one_bad_event_nothing_is_published(api: Tenant) -> None:
    api.post_json(EVENTS, [event(), event(), without(event(), "timestamp")])
    assert posted(api) == []


def test_nothing_that_is_refused_is_published(api: Tenant) -> None:
    for name in REQUIRED:
        api.post_json(EVENTS, without(event(), name))
        api.post_json(EVENTS, [event(**{name: 5})])
    for body in ("[]", "null", nested(LEVELS + 1), with_member('"_tenant_id": 1')):
        api.post(EVENTS, content=body)
    assert posted(api) == []


def test_events_cannot_be_read(api: Tenant) -> None:
    answer = api.get(EVENTS)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_an_unknown_parameter_is_named(api: Tenant) -> None:
    assert refusal(api.post_json(f"{EVENTS}?dry_run=1", event())) == (400, [("dry_run", "Unknown parameter")])


def test_with_an_unknown_parameter_nothing_is_published(api: Tenant) -> None:
    api.post_json(f"{EVENTS}?dry_run=1", event())
    assert posted(api) == []
