"""``monasca-events test``: what it compares, what it prints, how it exits (contract 3; docs/test-files.rst)."""

from pathlib import Path

import pytest

from commands.testing import DEFINITIONS, EVENT, EXAMPLE, FAILS, PASSES, SECOND, run, run_tests, run_text

BOTH_ARRIVE = f"""
- name: "two"
  events:
  - event: {EVENT}
  - event: {SECOND}
"""


def becoming(notification: str, becomes: str) -> str:
    return f"- name: one\n  events: [{{notification: {notification}, becomes: {becomes}}}]\n"


def sized(size: str) -> str:
    return EVENT.replace("}", f", payload: {{size: {size}}}}}")


def test_the_example_passes() -> None:
    result = run(EXAMPLE)
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "6 passed, 0 failed")


def test_the_exit_status_is_0_when_all_tests_pass(tmp_path: Path) -> None:
    assert run_tests(tmp_path, PASSES).exit_code == 0


def test_the_exit_status_is_1_when_one_fails(tmp_path: Path) -> None:
    result = run_tests(tmp_path, PASSES + FAILS)
    assert (result.exit_code, result.output.splitlines()[-1]) == (1, "1 passed, 1 failed")


def test_the_exit_status_is_2_when_a_file_is_wrong_and_the_others_are_run(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("tests: []\n")
    result = run(wrong, EXAMPLE)
    assert (result.exit_code, result.stderr) == (2, f"{wrong}:1:8: tests: Must not be empty\n")
    assert result.output.splitlines()[-1] == "6 passed, 0 failed, 1 of 2 files wrong"


def test_the_exit_status_is_2_when_a_test_fails_and_another_file_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("tests: []\n")
    assert run_tests(tmp_path, FAILS, wrong).exit_code == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run(tmp_path / "none.yaml")
    assert (result.exit_code, result.stderr) == (2, f"{tmp_path}/none.yaml: No such file or directory\n")


def test_without_a_file_it_is_a_usage_error() -> None:
    assert run().exit_code == 2


def test_traits_that_differ_stand_side_by_side(tmp_path: Path) -> None:
    result = run_tests(tmp_path, becoming(sized("7"), "{size: 8, service: a}"))
    assert result.output.splitlines()[1:7] == [
        "  FAILED  one",
        '      events.0: what becomes of "m-1"',
        "        expected     | seen",
        '      ! service: "a" | size: 7',
        "      ! size: 8      |",
        "",
    ]


def test_a_drop_that_was_not_expected_says_why(tmp_path: Path) -> None:
    result = run_tests(tmp_path, becoming(EVENT.replace("disk.full", "disc.full"), "{}"))
    assert "! no traits | dropped" in result.output
    assert 'sizes: definition 0: event_type "disc.full" does not match "disk.*"' in result.output


def test_an_error_that_was_not_expected_says_why(tmp_path: Path) -> None:
    result = run_tests(tmp_path, becoming(sized("'7.9'"), "{size: 7}"))
    assert "! size: 7  | error" in result.output
    assert 'traits.size: "7.9" is not an int' in result.output


def test_why_a_trait_is_not_there_is_not_lost_among_definitions_and_traits_that_nobody_asked_for(
    tmp_path: Path,
) -> None:
    others = "".join("  - {event_type: other.*, traits: {}}\n" for _ in range(30))
    traits = "".join(f"      t{number}: payload.none\n" for number in range(30))
    text = f"""
transforms:
- name: one
  specification:
{others}  - {{event_type: disk.*, traits: {{}}}}
- name: two
  specification:
{others}  - event_type: disk.*
    traits:
{traits}      size: payload.size
tests:
{becoming(EVENT, "[{}, {size: '7'}]")}"""
    why = run_text(tmp_path, text).output.partition("why:")[2].splitlines()
    assert (
        why[1].strip() == 'two: traits.size: no value, the notification has no key "payload" (it has "event_type",'
        ' "message_id", "timestamp")'
    )
    assert len(why) > 20


def test_an_error_of_one_transform_does_not_hide_the_reasons_of_another(tmp_path: Path) -> None:
    text = f"""
transforms:
- {{name: one, specification: "- {{event_type: '*', traits: {{m: {{fields: message_id, type: int}}}}}}"}}
- {{name: two, specification: "- {{event_type: '*', traits: {{size: payload.size}}}}"}}
tests:
{becoming(EVENT, "[error, {size: '7'}]")}"""
    output = run_text(tmp_path, text).output
    assert 'one: traits.m: "m-1" is not an int' in output
    assert "two: traits.size: no value" in output


@pytest.mark.parametrize(
    ("size", "becomes"),
    [
        ("7", "{size: 7}"),
        ("7", "{size: 7, message_id: m-1, event_type: disk.full, when: '2015-07-20T15:44:00+00:00'}"),
        ("null", "{}"),
        ("'7.9'", "error"),
        ("'7.9'", "[error]"),
    ],
)
def test_a_notification_becomes_what_is_expected(tmp_path: Path, size: str, becomes: str) -> None:
    assert run_tests(tmp_path, becoming(sized(size), becomes)).exit_code == 0


@pytest.mark.parametrize(
    "becomes",
    [
        "{size: 8}",
        "{size: 7.0}",
        "{size: '7'}",
        "{}",
        "{size: 7, more: 1}",
        "dropped",
        "error",
        "[{size: 7}, {size: 7}]",
    ],
)
def test_traits_are_compared_exactly_and_completely(tmp_path: Path, becomes: str) -> None:
    assert run_tests(tmp_path, becoming(sized("7"), becomes)).exit_code == 1


def test_a_notification_without_a_time_is_distilled_at_the_time_it_arrives(tmp_path: Path) -> None:
    tests = """
    - name: one
      events:
      - at: 90s
        notification: {event_type: disk.full, message_id: m-1}
        becomes: {timestamp: "2015-07-20T15:45:30+00:00"}
    """
    assert run_tests(tmp_path, tests).exit_code == 0


@pytest.mark.parametrize(
    ("before", "time"),
    [
        ("", "15:44:00"),
        (f"- event: {SECOND}", "15:44:07"),
        (f"- notification: {SECOND}", "15:44:07"),
        (f"- {{at: 90s, event: {SECOND}}}", "15:45:30"),
    ],
)
def test_a_notification_that_says_no_time_at_all_has_that_of_the_clock_as_it_stands(
    tmp_path: Path, before: str, time: str
) -> None:
    tests = f"""
    - name: one
      events:
      {before}
      - notification: {{event_type: disk.full, message_id: m-1}}
        becomes: {{timestamp: "2015-07-20T{time}+00:00"}}
    """
    assert run_tests(tmp_path, tests).exit_code == 0


def test_each_transform_makes_an_event_unless_it_is_not_enabled(tmp_path: Path) -> None:
    text = f"""
transforms:
- {{name: one, specification: "- {{event_type: disk.*, traits: {{n: event_type}}}}"}}
- {{name: two, specification: "- {{event_type: '*', traits: {{m: message_id}}}}"}}
- {{name: three, specification: "- {{event_type: disc.*, traits: {{}}}}"}}
- {{name: idle, enabled: false, specification: "- {{event_type: '*', traits: {{}}}}"}}
tests:
- name: both
  events: [{{notification: {EVENT}, becomes: [{{n: disk.full}}, {{m: m-1}}]}}]
"""
    assert run_text(tmp_path, text).exit_code == 0


def test_a_distilled_notification_goes_on_to_the_streams(tmp_path: Path) -> None:
    tests = f"""
    - name: one
      events: [{{notification: {EVENT}}}, {{notification: {SECOND}}}]
      streams: [{{fired: pair, at: 7s, events: [m-1, m-2]}}]
    """
    assert run_tests(tmp_path, tests).exit_code == 0


def test_a_notification_that_is_dropped_moves_the_clock_all_the_same(tmp_path: Path) -> None:
    later = "{event_type: nobody.asks, message_id: m-9, timestamp: '2015-07-20T18:00:00'}"
    tests = f"""
    - name: one
      events: [{{notification: {EVENT}}}, {{notification: {later}}}]
      streams: [{{expired: pair, at: 1m, events: [m-1]}}]
    """
    assert run_tests(tmp_path, tests).exit_code == 0


@pytest.mark.parametrize(
    "streams",
    [
        "[{fired: pair, at: 7s, events: [m-1, m-2]}]",
        "[{fired: pair, at: 2015-07-20T15:44:07Z, events: [m-1, m-2], group: {}, actions: [a-1]}]",
    ],
)
def test_streams_end_as_expected(tmp_path: Path, streams: str) -> None:
    assert run_tests(tmp_path, f"{BOTH_ARRIVE}  streams: {streams}\n").exit_code == 0


@pytest.mark.parametrize(
    "streams",
    [
        "[]",
        "[{expired: pair, at: 7s, events: [m-1, m-2]}]",
        "[{fired: pair, at: 8s, events: [m-1, m-2]}]",
        "[{fired: pair, at: 7s, events: [m-2, m-1]}]",
        "[{fired: pair, at: 7s, events: [m-1]}]",
        "[{fired: pair, at: 7s, events: [m-1, m-2], group: {host: a}}]",
        "[{fired: pair, at: 7s, events: [m-1, m-2], actions: []}]",
        "[{fired: pair, at: 7s, events: [m-1, m-2]}, {fired: pair, at: 7s, events: [m-1, m-2]}]",
    ],
)
def test_streams_are_compared_exactly_and_completely(tmp_path: Path, streams: str) -> None:
    assert run_tests(tmp_path, f"{BOTH_ARRIVE}  streams: {streams}\n").exit_code == 1


def test_the_streams_clock_begins_at_the_start_too(tmp_path: Path) -> None:
    late = SECOND.replace("15:44:07", "15:43:50")
    tests = f"""
    - name: one
      events: [{{event: {EVENT.replace("15:44:00", "15:43:40")}}}, {{event: {late}}}]
      streams: [{{fired: pair, at: 0s, events: [m-1, m-2]}}]
    """
    assert run_tests(tmp_path, tests).exit_code == 0


def test_the_clock_runs_on_until_the_time_given(tmp_path: Path) -> None:
    tests = f"""
    - name: not yet
      events: [{{event: {EVENT}}}]
      until: 59s 999ms
      streams: []
    - name: now
      events: [{{event: {EVENT}}}]
      until: 1m
      streams: [{{expired: pair, at: 1m, events: [m-1]}}]
    """
    assert run_tests(tmp_path, tests).exit_code == 0


def test_a_message_id_with_a_line_break_does_not_tear_the_columns_apart(tmp_path: Path) -> None:
    tests = rf"""
    - name: one
      events: [{{event: {EVENT.replace("m-1", '"m<br>1"')}}}]
      until: 1m
      streams: [{{expired: pair, at: 1m, events: [m-9]}}]
    """.replace("<br>", r"\n")
    lines = run_tests(tmp_path, tests).output.splitlines()
    assert [line.split() for line in lines if "m-9" in line] == [["!", "events:", "m-9", "|", "events:", r'"m\n1"']]


def test_a_stream_that_did_not_end_says_what_it_waits_for(tmp_path: Path) -> None:
    tests = f"""
    - name: one
      events: [{{at: 0s, event: {EVENT}}}, {{at: 1s, event: {{event_type: disk.full, message_id: m-2}}}}]
      streams: [{{fired: pair, at: 1s, events: [m-1, m-2]}}]
    """
    output = run_tests(tmp_path, tests).output
    assert "! fired: pair        | none" in output
    assert 'pair {} of m-1 is still open: fire_criteria.0 was matched by 1 of 2, wanted event_type "disk.*"\n' in output
    assert "pair ignored m-2: timestamp: missing\n" in output


def test_why_an_event_is_not_in_its_stream_is_not_lost_among_those_that_nobody_asked_for(tmp_path: Path) -> None:
    others = "\n".join(
        f"      - event: {EVENT.replace('disk.full', 'fan.off').replace('m-1', f'o-{n}')}" for n in range(30)
    )
    tests = f"""
    - name: one
      events:
{others}
      - event: {EVENT}
      - event: {SECOND.replace("disk.full", "disc.full")}
      streams: [{{fired: pair, at: 7s, events: [m-1, m-2]}}]
    """
    why = run_tests(tmp_path, tests).output.partition("why:")[2].splitlines()
    assert why[1].strip() == 'pair ignored m-2: select.0.event_type: "disc.full", wanted "disk.*"'
    assert why[2].strip().startswith("pair {} of m-1 is still open")


def test_a_long_line_goes_on_in_the_next(tmp_path: Path) -> None:
    text = "x" * 100
    output = run_tests(tmp_path, becoming(EVENT, f"{{long: {text}}}")).output
    columns = [line.partition(" |")[0] for line in output.splitlines() if " |" in line]
    assert [line.strip('! x"') for line in columns] == ["expected", "long:", ""]
    assert {len(line) for line in columns} == {len("      ! ") + 56}


def test_a_file_may_hold_more_definitions_than_a_tenant_has_as_shipped(tmp_path: Path) -> None:
    definition = "select: [{event_type: x}], group_by: [], fire_criteria: [{event_type: x}], expiration: 0"
    more = "".join(f"- {{name: d-{number}, {definition}}}\n" for number in range(1_000))
    result = run_text(tmp_path, DEFINITIONS.replace("tests:\n", f"{more}tests:{PASSES}"))
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "1 passed, 0 failed")
