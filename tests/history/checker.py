"""Holds the three histories of a run against each other (contract 2, Definitions).

Of each definition every committed revision is announced, exactly and in order, at least once; a record that is
delivered again bears the same ``id`` and is the same; nothing else is announced. A change whose answer was lost
counts as the database has it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .changes import Change, Kind, Outcome, Verb
from .committed import Committed, settle
from .expected_values import (
    TYPES,
    mark,
    readable,
    stream_definition_created,
    stream_definition_deleted,
    transform,
    transform_deleted,
)
from .stored import Stored
from .topics import Record
from .verdict import Verdict

Place = tuple[int, int]
"""A revision, and which of its records: an update of a stream definition has two."""


def check(changes: Iterable[Change], stored: Stored, records: Iterable[Record]) -> Verdict:
    """Return the verdict on a run that is over: the outbox is empty and *records* are all there are."""
    asked = _by_identifier(changes)
    read: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        read[record.key].append(record)
    everything = [change for found in asked.values() for change in found]
    verdict = Verdict(acknowledged=sum(change.outcome is Outcome.ACKNOWLEDGED for change in everything))
    refused = {change.mark for change in everything if change.outcome is Outcome.REFUSED}
    nameless = asked.pop("", [])
    for identifier in {*asked, *stored.definitions, *stored.deleted, *read}:
        first = _first_deliveries(read[identifier], verdict)
        found = stored.definitions.get(identifier) or stored.deleted.get(identifier)
        settled = settle(identifier, [*asked.get(identifier, []), *nameless], found, first, verdict)
        aside = {revision for key, revision in stored.set_aside if key == identifier}
        _hold_records(identifier, settled, first, refused, aside, verdict)
    return verdict


def _by_identifier(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.identifier].append(change)
    return found


def _first_deliveries(records: Sequence[Record], verdict: Verdict) -> list[Record]:
    first: dict[str, Record] = {}
    for record in records:
        known = first.get(record.headers["id"])
        if known is None:
            first[record.headers["id"]] = record
            continue
        verdict.repeated += 1
        if (known.value, known.headers, known.topic) != (record.value, record.headers, record.topic):
            verdict.altered.append(f"{record.key}: message {record.headers['id']} came again as another")
    if len({(record.topic, record.partition) for record in records}) > 1:
        verdict.out_of_order.append(f"{records[0].key}: in more than one partition")
    return list(first.values())


def _hold_records(
    identifier: str,
    settled: Committed,
    records: Sequence[Record],
    refused: set[str],
    aside: set[int],
    verdict: Verdict,
) -> None:
    expected = dict(_expected(identifier, settled))
    seen: list[Place] = []
    for record in records:
        place = _place(record)
        what = f"{identifier}: {record.headers['type']} of revision {place[0]}"
        if "republished" in record.headers:
            _hold_republished(identifier, settled, record, seen, verdict)
            continue
        if place not in expected or place in seen or mark(record.json) in refused:
            verdict.invented.append(what)
            continue
        if (record.headers["type"], readable(record.json)) != expected[place]:
            verdict.altered.append(f"{what}: {record.json}, expected {expected[place]}")
        if seen and place < max(seen):
            verdict.out_of_order.append(f"{what} after {max(seen)}")
        seen.append(place)
    missing = [place for place in expected if place not in seen and place[0] not in aside]
    verdict.lost += [f"{identifier}: {expected[place][0]} of revision {place[0]}" for place in missing]


def _place(record: Record) -> Place:
    second = record.headers["type"] == "stream-definition-updated" and "stream-definition-created" in record.json
    return record.revision, int(second)


def _hold_republished(
    identifier: str, settled: Committed, record: Record, seen: Sequence[Place], verdict: Verdict
) -> None:
    """A definition that is announced again must be told as it is at that place, not as it was or will be."""
    what = f"{identifier}: republished revision {record.revision}"
    last = max(seen, default=(0, 0))[0]
    created, deleted = (TYPES[settled.kind][verb] for verb in (Verb.CREATE, Verb.DELETE))
    if record.headers["type"] == deleted:
        # Of what is gone a relay knows no more than the revision of its own late record.
        in_order = settled.deleted and last == settled.last
        expected = deleted, _end(identifier, settled, last)
    else:
        in_order = bool(seen) and record.revision == last
        expected = created, _content(identifier, settled, record.revision)
    if not in_order:
        verdict.out_of_order.append(what)
    if (record.headers["type"], readable(record.json)) != expected:
        verdict.altered.append(f"{what}: {record.json}, expected {expected}")


def _expected(identifier: str, settled: Committed) -> Iterable[tuple[Place, tuple[str, Any]]]:
    types = TYPES[settled.kind]
    for revision in range(1, settled.last + 1):
        gone = settled.deleted and revision == settled.last
        verb = Verb.DELETE if gone else Verb.CREATE if revision == 1 else Verb.REPLACE
        values = [] if gone else [_content(identifier, settled, revision)]
        if gone or (verb is Verb.REPLACE and settled.kind is Kind.STREAM_DEFINITION):
            values.insert(0, _end(identifier, settled, revision))
        for step, value in enumerate(values):
            yield (revision, step), (types[verb], value)


def _content(identifier: str, settled: Committed, revision: int) -> Mapping[str, Any] | None:
    change = settled.changes.get(revision)
    if change is None or change.body is None:
        return None
    tell = transform if settled.kind is Kind.TRANSFORM else stream_definition_created
    return tell(settled.tenant_id, identifier, change.body)


def _end(identifier: str, settled: Committed, revision: int) -> Mapping[str, Any] | None:
    if settled.kind is Kind.TRANSFORM:
        return transform_deleted(settled.tenant_id, identifier)
    before = settled.changes.get(revision - 1)
    if before is None or before.body is None:
        return None
    return stream_definition_deleted(settled.tenant_id, identifier, before.body["name"])
