"""Compares what was seen with what was expected, in lines that can stand side by side."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice, repeat
from typing import Any

from monasca_events_api.domain.expectations.clock_times import told_time
from monasca_events_api.domain.expectations.file_format import DROPPED, ERROR
from monasca_events_api.domain.expectations.run import Became, Ignored, Seen, SeenStream, problems
from monasca_events_api.domain.expectations.suite import Arriving, Case, ExpectedStream, Suite
from monasca_events_api.semantics.distil_problems import Problem

ENVELOPE = ("event_type", "message_id", "when", "timestamp")
"""Of every distilled event; compared where a test names them."""

MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """What was not as expected: *expected* and *seen* in lines, and *reasons* that help to mend it."""

    subject: str
    expected: tuple[str, ...]
    seen: tuple[str, ...]
    reasons: tuple[str, ...]


def differences(suite: Suite, case: Case, seen: Seen) -> list[Difference]:
    """List where *seen* is not what *case* expects."""
    found: list[Difference] = []
    for index, (item, became) in enumerate(zip(case.arriving, seen.became, strict=True)):
        if item.becomes is not None and became is not None:
            found += _of_notification(suite, index, item, became)
    if case.streams is not None:
        found += _of_streams(suite, case.streams, seen)
    return found


def _of_notification(suite: Suite, index: int, item: Arriving, became: Became) -> Iterator[Difference]:
    expected = item.becomes or ()
    named = chain(expected, repeat(None))
    outcomes = zip(became.outcomes, named, strict=False)
    seen = [None if got.event is None else _compared(got.event, want or {}) for got, want in outcomes]
    left, right = _outcome_lines(expected), _outcome_lines(seen)
    if left != right:
        message_id = item.value.get("message_id") if isinstance(item.value, dict) else None
        wanted = {name for outcome in expected for name in outcome or ()}
        reasons = _why(problems(suite, item.value, became.at), wanted)
        yield Difference(f"events.{index}: what becomes of {_json(message_id)}", left, right, reasons)


def _why(found: Iterable[Problem], wanted: Collection[str]) -> tuple[str, ...]:
    """Tell the gravest problems of all transforms, and of traits without a value those first that are *wanted*."""
    in_order = sorted(found, key=lambda problem: (problem.keeps, problem.trait not in wanted))
    return tuple(problem.text for problem in in_order[:MOST_REASONS])


def _compared(event: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of *event* what is not compared."""
    return {name: value for name, value in event.items() if name not in ENVELOPE or name in expected}


def _outcome_lines(outcomes: Sequence[Mapping[str, Any] | None]) -> tuple[str, ...]:
    if not outcomes:
        return (DROPPED,)
    blocks = [[ERROR] if outcome is None else _trait_lines(outcome) for outcome in outcomes]
    if len(blocks) > 1:
        blocks = [[f"{'  ' if index else '- '}{line}" for index, line in enumerate(block)] for block in blocks]
    return tuple(chain.from_iterable(blocks))


def _trait_lines(event: Mapping[str, Any]) -> list[str]:
    return [f"{name}: {_json(event[name])}" for name in sorted(event)] or ["no traits"]


def _of_streams(suite: Suite, expected: Sequence[ExpectedStream], seen: Seen) -> Iterator[Difference]:
    ended = sorted((stream for stream in seen.streams if stream.at is not None), key=_seen_order)
    wanted = sorted(expected, key=_expected_order)
    right = [
        _stream_lines(
            suite,
            (got.end, got.definition.name, got.at, got.events),
            None if want is None or want.group is None else got.group,
            None if want is None or want.actions is None else got.actions,
        )
        for got, want in zip(ended, chain(wanted, repeat(None)), strict=False)
    ]
    left = [
        _stream_lines(suite, (want.end, want.name, want.at, want.events), want.group, want.actions) for want in wanted
    ]
    if left != right:
        reasons = tuple(islice(_why_no_others(suite, expected, seen), MOST_REASONS))
        yield Difference("streams", _flat(left), _flat(right), reasons)


def _why_no_others(suite: Suite, expected: Sequence[ExpectedStream], seen: Seen) -> Iterator[str]:
    """Tell first why events are not in the streams in which they are expected."""
    wanted = {(stream.name, message_id) for stream in expected for message_id in stream.events}
    in_none = [((each.definition.name, each.message_id) in wanted, each) for each in seen.ignored]
    yield from _why_ignored(each for is_wanted, each in in_none if is_wanted)
    yield from _unmet(suite, seen.streams)
    yield from _why_ignored(each for is_wanted, each in in_none if not is_wanted)


def _seen_order(stream: SeenStream) -> tuple[datetime | None, str, tuple[str, ...]]:
    return stream.at, stream.definition.name, stream.events


def _expected_order(stream: ExpectedStream) -> tuple[datetime, str, tuple[str, ...]]:
    return stream.at, stream.name, stream.events


def _stream_lines(
    suite: Suite,
    stream: tuple[str, str, datetime | None, tuple[str, ...]],
    group: Mapping[str, Any] | None,
    actions: Sequence[str] | None,
) -> list[str]:
    end, name, at, events = stream
    lines = [f"{end}: {name}", f"  events: {_ids(events)}"]
    if at is not None:
        lines.insert(1, f"  at: {told_time(at, suite.start)}")
    if group is not None:
        lines.append(f"  group: {_json(group)}")
    if actions is not None:
        lines.append(f"  actions: {', '.join(actions) or 'none'}")
    return lines


def _flat(blocks: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(blocks)) or ("none",)


def _unmet(suite: Suite, streams: Sequence[SeenStream]) -> Iterator[str]:
    for stream in streams:
        if stream.unmet:
            when = "is still open" if stream.at is None else f"expired at {told_time(stream.at, suite.start)}"
            waits = "; ".join(
                f"{each['name']} was matched by {each['matched']} of {each['number']}, wanted {each['wanted']}"
                for each in stream.unmet
            )
            yield f"{stream.definition.name} {_json(stream.group)} of {_ids(stream.events)} {when}: {waits}"


def _why_ignored(ignored: Iterable[Ignored]) -> Iterator[str]:
    for each in ignored:
        event = _ids([each.message_id]) if each.message_id else "what has no message_id"
        yield f"{each.definition.name} ignored {event}: {each.reason}"


def _ids(message_ids: Iterable[str]) -> str:
    # One with a line break would tear the lines apart.
    return ", ".join(each if each.isprintable() else _json(each) for each in message_ids)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
