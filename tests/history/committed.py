"""Which revisions of a definition were committed: the database's word, where an answer leaves it open."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .changes import Change, Kind, Outcome, Verb
from .expected_values import TYPES, mark
from .stored import Definition, Deleted
from .topics import Record
from .verdict import Verdict


@dataclass
class Committed:
    """One definition's revisions, 1 to *last*; a *deleted* one's last revision is its deletion.

    *changes* says what each revision was asked for by; a revision that nobody asked for is not there.
    """

    kind: Kind
    tenant_id: str
    last: int = 0
    deleted: bool = False
    changes: dict[int, Change] = field(default_factory=dict)


def settle(
    identifier: str,
    asked: Sequence[Change],
    found: Definition | Deleted | None,
    records: Sequence[Record],
    verdict: Verdict,
) -> Committed:
    """Return what was committed of one definition; what contradicts the answers goes into *verdict*.

    *asked* are the changes of this definition, and the creates that no answer gave an id; *found* is what the
    database holds of it.
    """
    settled = Committed(found.kind, found.tenant_id) if found else Committed(Kind.STREAM_DEFINITION, "")
    settled.deleted = isinstance(found, Deleted)
    settled.changes = _acknowledged(identifier, asked, verdict)
    definition = found if isinstance(found, Definition) else None
    settled.last = definition.revision if definition else _deletion(settled, records) if found else 0
    _hold_answers(identifier, asked, settled, verdict)
    seen = {record.revision: text for record in records if (text := mark(record.json)) is not None}
    if definition is not None:
        seen[definition.revision] = str(definition.body["description"])
    _fill_gaps(asked, settled, seen)
    _hold_database(identifier, settled, definition, verdict)
    return settled


def _acknowledged(identifier: str, asked: Sequence[Change], verdict: Verdict) -> dict[int, Change]:
    known: dict[int, Change] = {}
    for change in asked:
        if change.outcome is Outcome.ACKNOWLEDGED and change.revision is not None:
            if change.revision in known:
                verdict.lost.append(f"{identifier}: two changes were told that they are revision {change.revision}")
            known[change.revision] = change
    return known


def _deletion(settled: Committed, records: Sequence[Record]) -> int:
    # The table of the deleted keeps no revision: the record of the deletion says it, and nothing may follow.
    word = TYPES[settled.kind][Verb.DELETE]
    told = [record.revision for record in records if record.headers["type"] == word]
    return max([*told, *(revision + 1 for revision in settled.changes)], default=2)


def _hold_answers(identifier: str, asked: Sequence[Change], settled: Committed, verdict: Verdict) -> None:
    content = settled.last - settled.deleted
    verdict.lost += [
        f"{identifier}: revision {revision} was acknowledged, the database ends with {settled.last}"
        for revision in settled.changes
        if revision > content
    ]
    deletions = {change.outcome for change in asked if change.verb is Verb.DELETE}
    if Outcome.ACKNOWLEDGED in deletions and not settled.deleted:
        verdict.lost.append(f"{identifier}: its deletion was acknowledged, and it is not deleted")
    if settled.deleted and deletions <= {Outcome.REFUSED}:
        verdict.invented.append(f"{identifier}: deleted, and nobody was told so or may have asked for it")


def _fill_gaps(asked: Sequence[Change], settled: Committed, seen: dict[int, str]) -> None:
    open_changes = {change.mark: change for change in asked if change.body and change.outcome is Outcome.UNKNOWN}
    for revision in range(1, settled.last + 1 - settled.deleted):
        change = open_changes.get(seen.get(revision, ""))
        if revision not in settled.changes and change is not None:
            settled.changes[revision] = change


def _hold_database(identifier: str, settled: Committed, definition: Definition | None, verdict: Verdict) -> None:
    if definition is not None:
        change = settled.changes.get(definition.revision)
        if change is None:
            verdict.invented.append(f"{identifier}: nobody asked for revision {definition.revision} in the database")
        elif change.body != definition.body:
            verdict.altered.append(f"{identifier}: the database holds {definition.body}, not {change.body}")
    for text, times in Counter(change.mark for change in settled.changes.values()).items():
        if times > 1:
            verdict.invented.append(f"{identifier}: {times} revisions from the one request for '{text}'")
