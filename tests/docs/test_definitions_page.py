"""The examples on the page about definitions are what the code makes of them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from docs.pages import Block, blocks, essence
from monasca_events_api.semantics.criteria import compile_criteria
from monasca_events_api.semantics.distiller import compile_transform
from monasca_events_api.semantics.event_types import selector
from monasca_events_api.semantics.field_checks import faults_of
from monasca_events_api.semantics.field_path_evaluator import finder
from monasca_events_api.semantics.field_path_matches import Walk
from monasca_events_api.semantics.specification import parse
from monasca_events_api.semantics.stream_definition import check, compile_definition
from monasca_events_api.semantics.stream_events import read_event
from monasca_events_api.semantics.stream_preview import arrival_of, preview
from monasca_events_api.semantics.time_expressions import parse as parse_time_expression

PAGE = blocks("definitions")
NOW = datetime(2015, 7, 20, 15, 44, 1, tzinfo=UTC)
EVENT = {"event_type": "x", "message_id": "m-1", "timestamp": NOW.isoformat()}


def titled(title: str) -> list[Block]:
    return [block for block in PAGE if block.title == title]


def lines(title: str) -> list[tuple[str, str]]:
    """Return both sides of each line of the table with that title."""
    (table,) = titled(title)
    sides = [re.split(r" +->  ", line) for line in table.text.splitlines()]
    return [(left, right) for left, right in sides]


def distilled(specification: Any, notification: Any) -> Any:
    """Return the event; or "no event", "error"."""
    done = compile_transform(parse(specification)).distil(notification, NOW)
    return "error" if done.error else done.event or "no event"


def test_each_block_is_run_by_a_test_of_this_file() -> None:
    read = re.findall(r'(?:titled|lines)\("(.+?)"\)', Path(__file__).read_text(encoding="utf-8"))
    assert {block.title for block in PAGE} - set(read) == set()


def test_the_notifications_become_the_events() -> None:
    examples = zip(titled("A specification"), titled("A notification"), titled("Its event"), strict=True)
    for specification, notification, event in examples:
        expected = json.loads(event.text)
        assert essence(distilled(specification.text, json.loads(notification.text)), expected) == expected


@pytest.mark.parametrize(("example", "answer"), lines("Patterns, and whether they match"))
def test_patterns_match(example: str, answer: str) -> None:
    patterns, event_type = re.split(r" {2,}", example)
    read = json.loads(patterns)
    assert selector([read] if isinstance(read, str) else read)(event_type) == (answer == "yes")


@pytest.mark.parametrize(("example", "result"), lines("Types, values, and what becomes of them"))
def test_values_are_converted(example: str, result: str) -> None:
    kind, value = example.split(maxsplit=1)
    definition = {"event_type": "*", "traits": {"t": {"fields": "payload", "type": kind}}}
    event = distilled([definition], {**EVENT, "payload": json.loads(value)})
    seen = event if event == "error" else json.dumps(event["t"]) if "t" in event else "no trait"
    assert seen == result


@pytest.mark.parametrize(("path", "matches"), lines("Paths, and what they match"))
def test_paths_match(path: str, matches: str) -> None:
    (notification,) = titled("The notification of the paths")
    walk = Walk()
    found = [match[0] for match in finder(path).matches(json.loads(notification.text), walk)]
    assert found == json.loads(matches)


@pytest.mark.parametrize(("wanted", "answers"), lines("What a criterion says of a trait, and which values match"))
def test_criteria_match(wanted: str, answers: str) -> None:
    (criterion,) = compile_criteria("select", [{"event_type": "*", "traits": {"x": json.loads(wanted)}}])
    yes, no = (json.loads(each) for each in answers.removeprefix("yes: ").split("no: "))
    matched = [value for value in (*yes, *no) if criterion.traits_match(read_event({**EVENT, "x": value}))]
    assert json.dumps(matched) == json.dumps(yes)


@pytest.mark.parametrize(("expression", "told"), lines("Time expressions, and what they give"))
def test_time_expressions_give(expression: str, told: str) -> None:
    assert parse_time_expression(expression).told(read_event(EVENT).date_of) == told


def test_streams_end_as_it_says() -> None:
    (definition,), (events,) = titled("A stream definition"), titled("Events")
    body = json.loads(definition.text)
    assert faults_of(check, body) == []
    compiled = compile_definition(body, definition_id="d")
    (outcome,) = titled("What comes of them")
    expected = json.loads(outcome.text)
    assert essence(preview(compiled, map(arrival_of, json.loads(events.text))), expected) == expected
