"""A preview has limits, so that nobody holds a worker by one (contract 1.6)."""

import json
import random
import string
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Pool
from sqlalchemy.event import listen, remove

from api.application import Application
from api.examples import transform
from api.one_database import on_sqlite
from api.previewing import (
    DEFINITION,
    EVENT,
    NOTIFICATION,
    STREAM_PREVIEW,
    TRANSFORM_PREVIEW,
    stream_preview,
    transform_preview,
)
from api.running_service import TRANSFORMS, Tenant, refusal

KINDS = [
    pytest.param(TRANSFORM_PREVIEW, transform_preview, NOTIFICATION, id="transform"),
    pytest.param(STREAM_PREVIEW, stream_preview, EVENT, id="stream definition"),
]
TOO_SLOW = "The preview takes longer than 2 s: send fewer events"
TOO_LONG = "More than 16000000 characters in the answer: send fewer events"

# The limit, and what is done between two looks at it: a large body is read, patterns of a criterion are compiled. What
# takes half a second has taken two of CPU on a machine whose cores others used, too.
SECONDS = 6.0


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with Application(tmp_path_factory.mktemp("application")) as client:
        yield client


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


@on_sqlite
@pytest.mark.parametrize(("path", "body", "event"), KINDS)
def test_as_many_events_are_taken_as_may_be_posted(tight: Tenant, path: str, body: Any, event: Any) -> None:
    assert tight.post_json(path, body(events=[event] * 3)).status_code == 200
    assert refusal(tight.post_json(path, body(events=[event] * 4))) == (400, [("events", "More than 3 items")])


@on_sqlite
@pytest.mark.parametrize(("path", "body", "event"), KINDS)
def test_a_body_may_be_as_long_as_others(tight: Tenant, path: str, body: Any, event: Any) -> None:
    assert tight.post_json(path, body(events=[{**event, "more": "x" * 4096}])).status_code == 413


@on_sqlite
@pytest.mark.parametrize(("path", "body", "event"), KINDS)
def test_an_event_may_be_nested_as_deep_as_others(api: Tenant, path: str, body: Any, event: Any) -> None:
    assert api.post_json(path, body(events=[{**event, "deep": nested(199)}])).status_code == 200
    too_deep = body(events=[event, {**event, "deep": nested(201)}])
    assert refusal(api.post_json(path, too_deep)) == (400, [("events.1", "Nested deeper than 200")])


@on_sqlite
def test_an_event_beside_its_time_of_receipt_may_be_as_deep(api: Tenant) -> None:
    received = {"received_at": "2015", "event": {**EVENT, "deep": nested(199)}}
    assert api.post_json(STREAM_PREVIEW, stream_preview(events=[received])).status_code == 200


@on_sqlite
def test_a_thousand_usual_events_are_done_in_time(api: Tenant) -> None:
    events = [{**EVENT, "message_id": f"m-{number}"} for number in range(1000)]
    answer = api.post_json(STREAM_PREVIEW, stream_preview(events=events))
    assert (answer.status_code, len(answer.json()["streams"][0]["events"])) == (200, 1000)


def pattern(number: int) -> str:
    """Return a pattern that takes long to compile, and long to match with a type of nothing but ``a``."""
    return f"{number:03}{'*a' * 100}b"


def aliased_patterns() -> str:
    """Return a specification whose aliases stand for millions of characters of patterns, no list twice."""
    shuffled = random.Random(0)
    names = [f"*a{number:02} " for number in range(100)]
    text = (
        f"- event_type: [{', '.join(f'&a{number:02} {pattern(number)!r}' for number in range(100))}]\n  traits: {{}}\n"
    )
    while len(text) < 64_000:
        shuffled.shuffle(names)
        text += f"- {{event_type: [{','.join(names)}], traits: {{}}}}\n"
    return text


def values_of_many_traits(trait: str, event: dict[str, Any], *, number: int = 1000) -> dict[str, Any]:
    text = "- event_type: '*'\n  traits:\n" + "".join(f"    t{index}: {trait}\n" for index in range(500))
    return transform_preview(specification=text, events=[{**NOTIFICATION, "payload": event}] * number)


def many_criteria() -> dict[str, Any]:
    select = [
        {
            "event_type": [pattern(100 * number + index) for index in range(100)],
            "traits": {f"t{index}": {"int": "> 3"} for index in range(100)},
        }
        for number in range(100)
    ]
    events = [{**EVENT, "message_id": f"m-{number}", "event_type": "a" * 255} for number in range(1000)]
    return stream_preview(definition={**DEFINITION, "select": select}, events=events)


def long_groups() -> dict[str, Any]:
    """Return a preview of streams that are told by twenty long texts each."""
    names = [f"t{number}" for number in range(20)]
    traits: dict[str, Any] = {name: {"fields": "payload.t"} for name in names}
    payloads = [{"n": 7, "t": f"{number}{'x' * 9000}"} for number in range(100)]
    return stream_preview(
        definition={**DEFINITION, "group_by": names},
        specification=[{"event_type": "*", "traits": {**traits, "n": {"fields": "payload.n", "type": "int"}}}],
        events=[
            {**NOTIFICATION, "message_id": f"m-{number}", "payload": payload} for number, payload in enumerate(payloads)
        ],
    )


def numbers_in_texts() -> dict[str, Any]:
    """Return a preview of one event, in which each condition reads a long text of digits as a number."""
    wanted = " & ".join(f"n != {number}" for number in range(60))
    payload = [{"n": "1" * 4000}] * 1000
    return transform_preview(
        specification=f"- {{event_type: '*', traits: {{a: &a 'payload[?({wanted})].x', b: *a, c: *a}}}}",
        events=[{**NOTIFICATION, "payload": payload}],
    )


def numbers_sought_in_many_traits() -> dict[str, Any]:
    """Return a preview of one event, for which 250 000 texts are held against numbers, three times."""
    wanted = " & ".join(f"@ != {number}" for number in range(80))
    traits = {f"t{index}": f"payload[?({wanted})].x" for index in range(40)}
    return transform_preview(
        specification=[{"event_type": "*", "traits": traits}], events=[{**NOTIFICATION, "payload": ["x"] * 5000}]
    )


def exclusions() -> dict[str, Any]:
    """Return a preview of one event, of which each of some six thousand exclusions is looked at by itself."""
    characters = string.ascii_letters + string.digits
    names = (f"'![ab]{one}{other}'" for one in 2 * characters for other in characters)
    lines = [f"- {{event_type: [z,{','.join(islice(names, 99))}], traits: {{}}}}\n" for _ in range(58)]
    return transform_preview(specification="".join(lines))


def long_integers() -> dict[str, Any]:
    """Return a preview of one event, of which each trait is a text with two hundred long integers."""
    return values_of_many_traits("payload.n", {"n": [10**4200] * 200}, number=1)


EVERYWHERE = values_of_many_traits("{fields: '$..b[?(c = 5)]'}", {"x": [[1]] * 1000})
NOWHERE = values_of_many_traits(f"{{fields: [{', '.join(f'{chr(97 + i)}.b.c.d.e.f' for i in range(7))}]}}", {})
LONG_TEXTS = values_of_many_traits("{fields: payload.t}", {"t": "x" * 9000}, number=20)
PATTERNS = transform_preview(
    specification=aliased_patterns(), events=[{**NOTIFICATION, "event_type": "a" * 255}] * 1000
)
SLOW = [
    pytest.param(TRANSFORM_PREVIEW, EVERYWHERE, id="paths that go everywhere"),
    pytest.param(STREAM_PREVIEW, many_criteria(), id="criteria"),
]
LARGE = [
    pytest.param(TRANSFORM_PREVIEW, PATTERNS, id="patterns"),
    pytest.param(TRANSFORM_PREVIEW, NOWHERE, id="paths that find nothing"),
    pytest.param(TRANSFORM_PREVIEW, LONG_TEXTS, id="long texts"),
    pytest.param(STREAM_PREVIEW, long_groups(), id="long groups"),
]


def sent(application: Application, path: str, body: dict[str, Any]) -> tuple[httpx.Response, float, float]:
    started = time.monotonic()
    answer, cpu = application.send_json("POST", path, json.dumps(body).encode())
    return answer, cpu, time.monotonic() - started


@pytest.mark.parametrize(("path", "body"), SLOW)
def test_a_preview_that_takes_long_ends_after_two_seconds_and_says_so(
    application: Application, path: str, body: dict[str, Any]
) -> None:
    answer, cpu, _ = sent(application, path, body)
    assert refusal(answer) == (400, [("events", TOO_SLOW)])
    assert cpu < SECONDS


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *SLOW,
        *LARGE,
        pytest.param(TRANSFORM_PREVIEW, numbers_in_texts(), id="numbers in texts"),
        pytest.param(TRANSFORM_PREVIEW, numbers_sought_in_many_traits(), id="numbers in many traits"),
        pytest.param(TRANSFORM_PREVIEW, exclusions(), id="exclusions"),
        pytest.param(TRANSFORM_PREVIEW, long_integers(), id="long integers"),
    ],
)
def test_no_single_event_takes_longer(application: Application, path: str, body: dict[str, Any]) -> None:
    _, cpu, _ = sent(application, path, {**body, "events": body["events"][:1]})
    assert cpu < SECONDS


@pytest.mark.parametrize(("path", "body"), LARGE)
def test_an_answer_that_would_be_huge_is_refused(application: Application, path: str, body: dict[str, Any]) -> None:
    answer, cpu, _ = sent(application, path, body)
    # On a busy machine the time may be over before.
    assert refusal(answer) in ((400, [("events", TOO_LONG)]), (400, [("events", TOO_SLOW)]))
    assert cpu < SECONDS


@pytest.fixture
def held() -> Iterator[list[float]]:
    """How many seconds each connection to a database was in use."""
    seconds: list[float] = []
    since: dict[int, float] = {}

    def checked_out(_connection: Any, record: Any, _proxy: Any) -> None:
        since[id(record)] = time.monotonic()

    def checked_in(_connection: Any, record: Any) -> None:
        seconds.append(time.monotonic() - since.pop(id(record)))

    listen(Pool, "checkout", checked_out)
    listen(Pool, "checkin", checked_in)
    yield seconds
    remove(Pool, "checkout", checked_out)
    remove(Pool, "checkin", checked_in)


def test_a_preview_holds_no_connection_while_it_computes(tmp_path: Path, held: list[float]) -> None:
    with Application(tmp_path) as application:
        created = application.create(TRANSFORMS, transform(specification=EVERYWHERE["specification"]))
        held.clear()
        body = {"transform_id": created.removeprefix(f"{TRANSFORMS}/"), "events": EVERYWHERE["events"]}
        answer, _, seconds = sent(application, TRANSFORM_PREVIEW, body)
    assert refusal(answer) == (400, [("events", TOO_SLOW)])
    assert len(held) == 1
    assert held[0] < seconds / 4
