"""Compares what was seen with what was expected, in lines that can stand side by side."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from typing import Any, TypeAlias

from monasca_events_api.domain.expectations.clock_times import told_time
from monasca_events_api.domain.expectations.file_format import DROPPED, ERROR
from monasca_events_api.domain.expectations.run import Became, Ignored, Seen, SeenStream, problems
from monasca_events_api.domain.expectations.stream_pairs import paired
from monasca_events_api.domain.expectations.suite import Arriving, Case, ExpectedStream, Suite
from monasca_events_api.semantics.distil_problems import Problem

ENVELOPE = ("event_type", "message_id", "when", "timestamp")
"""Of every distilled event; compared where a test names them."""

MOST_REASONS = 20
Lines: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What was not as expected: *pairs* of what was expected and what was seen of it, and *reasons* that help."""

    subject: str
    pairs: tuple[tuple[Lines, Lines], ...]
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
        yield Difference(f"events.{index}: what becomes of {_json(message_id)}", ((left, right),), reasons)


def _why(found: Iterable[Problem], wanted: Collection[str]) -> tuple[str, ...]:
    """Tell the gravest problems of all transforms, and of traits without a value those first that are *wanted*."""
    in_order = sorted(found, key=lambda problem: (problem.keeps, problem.trait not in wanted))
    return tuple(problem.text for problem in in_order[:MOST_REASONS])


def _compared(event: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of *event* what is not compared."""
    return {name: value for name, value in event.items() if name not in ENVELOPE or name in expected}


def _outcome_lines(outcomes: Sequence[Mapping[str, Any] | None]) -> Lines:
    if not outcomes:
        return (DROPPED,)
    blocks = [[ERROR] if outcome is None else _trait_lines(outcome) for outcome in outcomes]
    if len(blocks) > 1:
        blocks = [[f"{'  ' if index else '- '}{line}" for index, line in enumerate(block)] for block in blocks]
    return tuple(chain.from_iterable(blocks))


def _trait_lines(event: Mapping[str, Any]) -> list[str]:
    return [f"{name}: {_json(event[name])}" for name in sorted(event)] or ["no traits"]


def _of_streams(suite: Suite, expected: Sequence[ExpectedStream], seen: Seen) -> Iterator[Difference]:
    ended = [stream for stream in seen.streams if stream.at is not None]
    pairs = tuple(
        (_stream_lines(suite, want, want), _stream_lines(suite, got, want)) for want, got in paired(expected, ended)
    )
    if any(left != right for left, right in pairs):
        reasons = tuple(islice(_why_no_others(suite, expected, seen), MOST_REASONS))
        yield Difference("streams", pairs, reasons)


def _why_no_others(suite: Suite, expected: Sequence[ExpectedStream], seen: Seen) -> Iterator[str]:
    """Tell first why events are not in the streams in which they are expected."""
    wanted = {(stream.name, message_id) for stream in expected for message_id in stream.events}
    in_none = [((each.definition.name, each.message_id) in wanted, each) for each in seen.ignored]
    yield from _why_ignored(each for is_wanted, each in in_none if is_wanted)
    yield from _unmet(suite, seen.streams)
    yield from _why_ignored(each for is_wanted, each in in_none if not is_wanted)


def _stream_lines(suite: Suite, stream: ExpectedStream | SeenStream | None, wanted: ExpectedStream | None) -> Lines:
    """Tell *stream*, its group and its actions only where they are *wanted*."""
    if stream is None:
        return ("none",)
    lines = [f"{stream.end}: {stream.name}"]
    if stream.at is not None:
        lines.append(f"  at: {told_time(stream.at, suite.start)}")
    lines.append(f"  events: {_ids(stream.events)}")
    if wanted is not None and wanted.group is not None:
        lines.append(f"  group: {_json(stream.group)}")
    if wanted is not None and wanted.actions is not None:
        lines.append(f"  actions: {', '.join(stream.actions or ()) or 'none'}")
    return tuple(lines)


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
