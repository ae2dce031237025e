"""What a tenant can do with definitions of either kind (contract 1.2 to 1.4, and 2).

Each change is one transaction, the caller's: it stores the change and what announces it, both or neither.
The definition's own row is locked, or new, before its announcement is written, so that announcements have
the order of the commits.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from monasca_events_api.compact_json import compact_json
from monasca_events_api.domain.announcements import Fields, messages
from monasca_events_api.domain.kinds import Kind
from monasca_events_api.errors import EditConflict, Fault, Invalid, NotFound, QuotaReached
from monasca_events_api.storage import definition_counts, definition_creation, outbox
from monasca_events_api.storage.definition_pages import CREATION, Order
from monasca_events_api.storage.definitions import ListedDefinition, StoredDefinition
from monasca_events_api.storage.outbox import NewMessage
from monasca_events_api.storage.sessions import Connection, Transaction

Precondition = Callable[[int], bool]
"""Says whether a definition of that revision may be changed (``If-Match``)."""


class Page(NamedTuple):
    """Definitions in order, and whether another one exists behind them."""

    elements: list[ListedDefinition]
    more: bool


def create(transaction: Transaction, kind: Kind, tenant_id: str, fields: Fields, request_id: str) -> StoredDefinition:
    """Store a definition and announce it.

    *fields* is a body that its schema has passed, defaults filled in. Raises NameTaken, QuotaReached; Invalid when
    Kafka would not take the announcement.
    """
    now = int(time.time())
    new = StoredDefinition(
        id=str(uuid4()),
        tenant_id=tenant_id,
        name=fields["name"],
        revision=1,
        created_at=now,
        updated_at=now,
        document=compact_json(fields),
        position=0,
    )
    values = {**new._asdict(), **_columns(kind, fields)}
    del values["position"]
    (announced,) = messages(kind.created(new, fields), new, kind.topic, request_id)
    _require_room(kind, announced)
    if not definition_creation.store(transaction, kind.definitions, values, announced, kind.quota):
        raise QuotaReached(f"A tenant may have at most {kind.quota} {kind.noun}s", kind.definitions.kind)
    return new


def find(connection: Connection, kind: Kind, tenant_id: str, identifier: str) -> StoredDefinition:
    """Return the tenant's definition of that id. Raises NotFound."""
    return _there(kind, kind.definitions.find(connection, tenant_id, identifier))


def holder(connection: Connection, kind: Kind, tenant_id: str, name: str) -> str | None:
    """Return the id of the tenant's definition of that name, None if there is none by now."""
    found = kind.definitions.page(connection, tenant_id, after=0, most=1, filters={"name": name})
    return found[0].id if found else None


def change(
    transaction: Transaction,
    kind: Kind,
    tenant_id: str,
    identifier: str,
    new_fields: Callable[[Fields], Fields],
    precondition: Precondition,
    request_id: str,
) -> StoredDefinition:
    """Change a definition and announce it; what changes nothing keeps its revision and announces nothing.

    *new_fields* is given the fields as they are and returns all of them as they shall be, checked.
    Raises NotFound, EditConflict, NameTaken, what *new_fields* raises, and Invalid when Kafka would not take
    the announcement.
    """
    old = _there(kind, kind.definitions.lock(transaction, tenant_id, identifier))
    _require(kind, precondition, old)
    old_fields = json.loads(old.document)
    fields = new_fields(old_fields)
    if _canonical(fields) == _canonical(old_fields):
        return old
    new = old._replace(
        name=fields["name"],
        revision=old.revision + 1,
        updated_at=max(int(time.time()), old.updated_at),
        document=compact_json(fields),
    )
    rows = messages(kind.updated(old, new, fields), new, kind.topic, request_id)
    _require_room(kind, rows[-1])
    written = {name: getattr(new, name) for name in ("revision", "updated_at", "document")}
    kind.definitions.update(transaction, old.position, {**written, **_columns(kind, fields)})
    outbox.add(transaction, rows)
    return new


def delete(
    transaction: Transaction, kind: Kind, tenant_id: str, identifier: str, precondition: Precondition, request_id: str
) -> None:
    """Remove a definition and announce it. Raises NotFound, EditConflict."""
    old = _there(kind, kind.definitions.lock(transaction, tenant_id, identifier))
    _require(kind, precondition, old)
    gone = old._replace(revision=old.revision + 1)
    outbox.add(transaction, messages(kind.deleted(gone), gone, kind.topic, request_id))
    kind.definitions.delete(transaction, old)
    definition_counts.subtract_one(transaction, tenant_id, kind.definitions.kind)


def page(
    connection: Connection,
    kind: Kind,
    tenant_id: str,
    *,
    after: str | None = None,
    value: str | int | None = None,
    limit: int,
    filters: Mapping[str, Any],
    order: Order = CREATION,
) -> Page:
    """Return up to *limit* of the tenant's definitions in *order*, behind the one with the id *after*.

    *value* is what that one was sorted by when it was shown; None for what it is sorted by now. Raises NotFound when
    it never was.
    """
    found = kind.pages.read(connection, tenant_id, order, after=after, value=value, most=limit + 1, filters=filters)
    if found is None:
        raise NotFound(f"No {kind.noun} has or had this id", kind.definitions.kind)
    return Page(found[:limit], len(found) > limit)


def changing_value(shown: ListedDefinition, order: Order) -> str | int | None:
    """Return what *shown* is sorted by in *order*; None where that never changes, so that its id says it."""
    if order.key == "name":
        name: str = json.loads(shown.document)["name"]
        return name
    return shown.updated_at if order.key == "updated_at" else None


def count(connection: Connection, kind: Kind, tenant_id: str, filters: Mapping[str, Any]) -> int:
    """Return how many of the tenant's definitions there are."""
    return kind.pages.count(connection, tenant_id, filters)


def republish(transaction: Transaction, kind: Kind, tenant_id: str, identifier: str, request_id: str) -> bool:
    """Announce a definition again as it is now; say whether it is there.

    It passes through the outbox under the definition's lock, so it never overtakes a change.
    """
    current = kind.definitions.lock(transaction, tenant_id, identifier)
    if current is None:
        return False
    announcement = kind.created(current, json.loads(current.document))
    outbox.add(transaction, messages(announcement, current, kind.topic, request_id, republished=True))
    return True


def announce_present(transaction: Transaction, kind: Kind, identifier: str, revision: int, request_id: str) -> None:
    """Announce a definition again as it is now; or that it is gone, with the revision behind *revision*."""
    tenant_id = kind.definitions.tenant_of(transaction, identifier)
    if tenant_id is None or republish(transaction, kind, tenant_id, identifier, request_id):
        return
    place = kind.pages.stood(transaction, tenant_id, identifier)
    if place is not None:
        gone = StoredDefinition(
            id=identifier,
            tenant_id=tenant_id,
            name=place.name,
            revision=revision + 1,
            created_at=place.updated_at,
            updated_at=place.updated_at,
            document="",
            position=place.position,
        )
        outbox.add(transaction, messages(kind.deleted(gone), gone, kind.topic, request_id, republished=True))


def _there(kind: Kind, found: StoredDefinition | None) -> StoredDefinition:
    if found is None:
        raise NotFound(f"No such {kind.noun}", kind.definitions.kind)
    return found


def _require(kind: Kind, precondition: Precondition, stored: StoredDefinition) -> None:
    if not precondition(stored.revision):
        raise EditConflict("If-Match names another revision than the current one", kind.definitions.kind)


def _require_room(kind: Kind, announced: NewMessage) -> None:
    # If it were set aside after the answer, only the tenant would know of the definition.
    if announced.size > kind.most_bytes:
        text = f"Longer than Kafka takes: its announcement has {announced.size} bytes, at most {kind.most_bytes:.0f}"
        raise Invalid([Fault("body", "", text)])


def _columns(kind: Kind, fields: Fields) -> Fields:
    return {name: fields[name] for name in kind.columns}


def _canonical(fields: Fields) -> str:
    # As text, since to Python 1, 1.0 and true are equal; to a criterion they are not.
    return json.dumps(fields, sort_keys=True)
