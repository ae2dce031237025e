"""What differs between a file and the service, and how it is made the same."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple

from monasca_events_api.client.definition_file import definition_text
from monasca_events_api.client.kinds import KINDS, Fields, Kind
from monasca_events_api.client.problems import Refused
from monasca_events_api.client.service import Service, Stored
from monasca_events_api.client.specifications import as_in_file, canonical

OVERTAKEN = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}


class Change(NamedTuple):
    """One definition that differs: *old* is None where the service lacks it, *new* where it is to be removed."""

    kind: Kind
    name: str
    old: Stored | None
    new: Fields | None

    def texts(self) -> tuple[str, str]:
        """Return the definition before and after, to be compared by line; empty where there is none."""
        old = "" if self.old is None else definition_text(self.kind, as_in_file(self.old.fields, self.new or {}))
        return old, "" if self.new is None else definition_text(self.kind, self.new)


def difference(service: Service, kind: Kind, name: str, old: Stored | None, new: Fields | None) -> Change | None:
    """Return what has to be done with one definition, as the service has it now, with its ETag; None for nothing."""
    if old is not None and not _same(old, new):
        old = service.read(kind, old.id)
        # Renamed since it was listed: it is another one now.
        old = old if old is not None and old.fields["name"] == name else None
    return None if _same(old, new) else Change(kind, name, old, new)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return *changes* in the order in which they are made.

    What has to go goes first: the quota may have room for the new only then. Stream definitions go before the
    transforms that make their events, and come behind them.
    """
    return sorted(changes, key=_rank)


def carry_out(service: Service, change: Change) -> None:
    """Make *change*, unless somebody else has changed the definition since it was read. Raises Refused."""
    try:
        _send(service, change)
    except Refused as refused:
        if refused.status not in OVERTAKEN:
            raise
        # If the answer to the first attempt was lost, the second one finds the work done.
        now = service.named(change.kind, change.name)
        if not _same(now, change.new):
            # Where it is not found by its id either; else it has another name.
            is_gone = now is None and refused.status == HTTPStatus.NOT_FOUND
            meanwhile = "removed it meanwhile: it is gone" if is_gone else "changed it meanwhile: it is left as it is"
            raise Refused(refused.status, f"Somebody else has {meanwhile}", ()) from refused


def _send(service: Service, change: Change) -> None:
    if change.old is None and change.new is not None:
        service.create(change.kind, change.new)
    elif change.old is not None and change.new is not None:
        service.replace(change.kind, change.old, change.new)
    elif change.old is not None:
        service.remove(change.kind, change.old)


def _same(old: Stored | None, new: Fields | None) -> bool:
    if old is None or new is None:
        return old is None and new is None
    return canonical(as_in_file(old.fields, new)) == canonical(new)


def _rank(change: Change) -> tuple[int, int]:
    place = KINDS.index(change.kind)
    if change.new is None:
        return 0, -place
    return (2 if change.old is None else 1), place
