"""A specification and notifications: what is distilled, and why, while it is typed."""

import json
from pathlib import Path

import pytest

from playground.reader import TRANSFORMS, Reader, written
from servers.api_process import PROJECT

NOTIFICATION = {"event_type": "a.b", "message_id": "m-1", "timestamp": "2026-07-20T15:44:01Z"}
SPECIFICATION = """\
- event_type: a.*
  traits: &all
    x: {fields: payload.x, type: int}
    y.z:
      fields: payload.y
- event_type: b.*
  traits:
    <<: *all
"""


def notification(**payload: object) -> str:
    return json.dumps({**NOTIFICATION, "payload": payload})


def test_an_example_is_there_when_the_page_is_opened(reader: Reader) -> None:
    assert reader.summary() == "7 notifications: 5 distilled, 1 dropped, 1 error."
    assert reader.text("specification").startswith("# Instances")
    reader.pictures("playground-transform.png")


@pytest.mark.parametrize("example", TRANSFORMS)
def test_each_example_shows_distilled_events(reader: Reader, example: str) -> None:
    reader.takes(example)
    assert reader.all(".card.distilled h3 .word")[0] == "distilled"
    assert [reader.faults(field) for field in ("events", "definition")] == [[], []]


def test_what_is_typed_is_previewed_without_a_click(reader: Reader) -> None:
    reader.writes("specification", "- {event_type: a.*, traits: {host: payload.host}}")
    reader.writes("events", notification(host="h1"))
    reader.reads("1 notification: 1 distilled, 0 dropped.")
    assert 'host"h1"' in reader.all(".card .traits div")


def test_several_keystrokes_are_one_question(reader: Reader) -> None:
    before = reader.asked()
    reader.one("#specification").send_keys("# one")
    reader.sees(lambda: not reader.waits())
    assert reader.asked() == before + 1


def test_a_reason_is_shown_and_leads_to_the_line_that_it_speaks_of(reader: Reader) -> None:
    reader.writes("specification", SPECIFICATION)
    reader.writes("events", json.dumps({**NOTIFICATION, "event_type": "c.d"}))
    reader.reads("1 dropped")
    assert 'definition 1: event_type "c.d" does not match "b.*" line 6' in reader.all(".reasons li")
    reader.one(".reasons li:last-child button").click()
    assert reader.selected("specification") == "- event_type: b.*"


def test_a_result_leads_to_its_notification(reader: Reader) -> None:
    reader.writes("specification", SPECIFICATION)
    reader.writes("events", f'[{notification(x=1)},\n {notification(x=2)[:-1]},\n  "last": 1}}]')
    reader.reads("2 notifications")
    reader.one(".card:last-child h3 button").click()
    assert reader.selected("events").startswith(' {"event_type"')


def test_a_value_that_does_not_convert_is_marked_at_its_trait(reader: Reader) -> None:
    reader.writes("specification", SPECIFICATION)
    reader.writes("events", notification(x="many"))
    reader.reads("1 error")
    assert reader.marked("specification") == ["! 3"]
    assert reader.faults("specification")[0].startswith('Line 3traits.x: "many" is not an int')


@pytest.mark.parametrize("name", ["a:b", "a: b", "a b", "a.b"])
def test_a_reason_leads_to_its_trait_whatever_that_is_called(reader: Reader, name: str) -> None:
    reader.writes("specification", f"- event_type: a.*\n  traits:\n    a: payload.x\n    '{name}': payload.y\n")
    reader.writes("events", notification(x=1))
    reader.reads("1 notification: 1 distilled")
    reader.one(".reasons li button").click()
    assert reader.selected("specification") == f"    '{name}': payload.y"


def test_a_value_that_does_not_convert_is_marked_at_a_trait_with_a_colon_in_its_name(reader: Reader) -> None:
    reader.writes("specification", SPECIFICATION.replace("x: {", "a:b: {"))
    reader.writes("events", notification(x="many"))
    reader.reads("1 error")
    assert reader.marked("specification") == ["! 3"]


@pytest.mark.parametrize("wrong", ["{}", "5", json.dumps({**NOTIFICATION, "message_id": 1})])
def test_a_notification_that_lacks_what_an_event_needs_is_an_error(reader: Reader, wrong: str) -> None:
    reader.writes("events", wrong)
    reader.reads("1 notification: 0 distilled, 0 dropped, 1 error.")
    assert reader.all(".card.wrong .word") == ["not distilled, an error"]


def test_a_yaml_error_is_marked_at_its_line(reader: Reader) -> None:
    reader.writes("specification", "- event_type: a\n  traits: {}\n - b\n")
    reader.reads("One fault, marked where it stands.")
    assert reader.marked("specification") == ["✕ 3"]
    assert reader.faults("specification")[0].startswith("Line 3column 2: ")


@pytest.mark.parametrize(
    ("wrong", "line", "told"),
    [
        ("x: {fields: payload.x, type: string}", 3, "0.traits.x.type: "),
        ("x: {fields: payload.x, type: int, tpye: int}", 3, "0.traits.x.tpye: Unknown key"),
        ("_tenant_id: payload.x", 3, "0.traits._tenant_id: Reserved name"),
    ],
)
def test_a_fault_is_marked_at_its_line(reader: Reader, wrong: str, line: int, told: str) -> None:
    reader.writes("specification", SPECIFICATION.replace("x: {fields: payload.x, type: int}", wrong))
    reader.reads("marked where")
    assert f"✕ {line}" in reader.marked("specification")
    assert reader.faults("specification")[0].startswith(f"Line {line}{told}")


def test_a_name_with_a_dot_is_found(reader: Reader) -> None:
    reader.writes("specification", SPECIFICATION.replace("fields: payload.y", "fields: 'payload.['"))
    reader.reads("faults, marked where they stand.")
    assert reader.marked("specification") == ["✕ 5"]


def test_what_is_missing_is_marked_where_it_should_be(reader: Reader) -> None:
    reader.writes("specification", "# first\n- event_type: a\n")
    reader.reads("One fault")
    assert reader.faults("specification") == ["Line 20.traits: Required"]


def test_a_fault_in_a_json_list_is_marked_at_its_line(reader: Reader) -> None:
    reader.writes("specification", '[\n {"event_type": "a",\n  "traits": {"x": {"fields": 1}}}]')
    reader.reads("One fault")
    assert reader.marked("specification") == ["✕ 3"]


def test_a_fault_in_view_leads_to_its_line(reader: Reader) -> None:
    reader.writes("specification", "# first\n- event_type: a\n")
    reader.reads("One fault")
    reader.one("#specification-faults button").click()
    assert reader.selected("specification") == "- event_type: a"


@pytest.mark.parametrize(
    ("events", "line", "told"),
    [
        ('[{"a": 1},\n {"b": }]', 2, 'Not JSON: a value is expected, here is "}"'),
        ('[{"a": 1}\n {"b": 2}]', 2, 'Not JSON: a comma or ] is expected, here is "{"'),
        ('[\n{"a": 1,', 2, "Not JSON: a key in double quotes is expected, here is the end"),
        ('[{"a": 1,\n\n"a": 2}]', 3, 'The key "a" stands twice'),
        ("[\n'a']", 2, 'Not JSON: a value is expected, here is "\'"'),
        ('[\n"a]', 2, "Not JSON: this text in quotes has no end, or what JSON has no place for"),
        ("[" * 300, 1, "Nested deeper than 250"),
    ],
)
def test_what_is_not_json_is_marked_and_asks_nobody(reader: Reader, events: str, line: int, told: str) -> None:
    before = reader.asked()
    reader.writes("events", events)
    reader.reads("One fault")
    assert (reader.marked("events"), reader.faults("events")) == ([f"✕ {line}"], [f"Line {line}{told}"])
    assert reader.asked() == before


def test_a_fault_of_one_notification_is_marked_at_its_line(reader: Reader) -> None:
    reader.writes("events", f'[{notification()},\n{{"deep": {"[" * 210}{"]" * 210}}}]')
    reader.reads("One fault")
    assert reader.faults("events") == ["Line 21: Nested deeper than 200"]


def test_below_faults_stands_what_came_of_it_before(reader: Reader) -> None:
    reader.writes("events", "[")
    reader.reads("Below is what came of it before.")
    assert len(reader.all(".card")) == 7
    assert "stale" in (reader.one("#results").get_attribute("class") or "")


def test_empty_fields_are_no_fault(reader: Reader) -> None:
    reader.writes("specification", " \n")
    reader.reads("Write a specification and paste notifications, or begin with an example.")
    assert reader.marked("specification") == []


def test_json_lines_are_taken_as_they_are(reader: Reader) -> None:
    reader.writes("events", f"{notification(x=1)}\n{notification(x=2)}\n")
    reader.reads("2 notifications")


@pytest.mark.parametrize("number", ["1.0", "12345678901234567890", "1e2"])
def test_a_number_is_sent_and_shown_as_it_is_written(reader: Reader, number: str) -> None:
    reader.writes("specification", "- {event_type: a.*, traits: {x: payload.x}}")
    reader.writes("events", json.dumps({**NOTIFICATION, "payload": {}}).replace("{}", f'{{"x": {number}}}'))
    reader.reads("1 distilled")
    shown = {"1e2": '"100.0"'}.get(number, f'"{number}"')
    assert f"x{shown}" in reader.all(".card .traits div")


def test_recorded_notifications_of_nova_can_be_pasted_as_they_are(reader: Reader) -> None:
    data = PROJECT / "tests/api/data"
    reader.writes("specification", (data / "transform_definitions.yaml").read_text(encoding="utf-8"))
    reader.writes("events", (data / "notifications.json").read_text(encoding="utf-8"))
    reader.reads("34 notifications: ")
    assert reader.faults("events") == []


def test_of_many_results_the_first_are_shown_and_then_more(reader: Reader) -> None:
    reader.writes("specification", "- {event_type: a.*, traits: {x: payload.x}}")
    reader.writes("events", json.dumps([{**NOTIFICATION, "message_id": str(each)} for each in range(120)]))
    reader.reads("120 notifications")
    assert len(reader.all(".card")) == 50
    reader.window.execute_script("document.querySelector('.more').click()")
    assert (len(reader.all(".card")), reader.all(".more")) == (100, ["Show 20 more of 20"])


def test_a_file_is_opened(reader: Reader, tmp_path: Path) -> None:
    file = written(tmp_path, "ours.yaml", "- {event_type: a.*, traits: {ü: payload.x}}\r\n")
    reader.one(".editor:has(#specification) input[type=file]").send_keys(file)
    reader.reads("7 dropped")
    assert reader.text("specification") == "- {event_type: a.*, traits: {ü: payload.x}}\n"


def test_the_same_file_can_be_opened_again(reader: Reader, tmp_path: Path) -> None:
    opener = reader.one(".editor:has(#events) input[type=file]")
    opener.send_keys(written(tmp_path, "events.json", notification()))
    reader.reads("1 notification")
    opener.send_keys(written(tmp_path, "events.json", f"[{notification()}, {notification()}]"))
    reader.reads("2 notifications")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\x00", "odd.json is no text in UTF-8."),
        (b" " * 11_000_000, "odd.json has more than 10 MiB, which no preview takes."),
    ],
)
def test_a_file_that_is_no_use_is_told(reader: Reader, tmp_path: Path, content: bytes, told: str) -> None:
    reader.one(".editor:has(#events) input[type=file]").send_keys(written(tmp_path, "odd.json", content))
    reader.sees(lambda: reader.all("#notice") == [told])
    assert reader.text("events").startswith("[")


def test_a_file_can_be_dropped(reader: Reader) -> None:
    reader.window.execute_script(
        "const data = new DataTransfer(); data.items.add(new File([arguments[0]], 'events.jsonl'));"
        "document.getElementById('events').dispatchEvent("
        "new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: data}))",
        notification(x=1),
    )
    reader.reads("1 notification")
