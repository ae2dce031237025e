"""Stream definitions: all faults of one, and its compiled form (contract 1.2; semantics 2 and 3)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from monasca_events_api.semantics import criteria
from monasca_events_api.semantics.criteria import Criterion
from monasca_events_api.semantics.field_checks import (
    Check,
    anything,
    boolean,
    integer_check,
    mapping_check,
    set_check,
    text_check,
)

LONGEST_EXPIRATION = 604_800_000
"""Milliseconds: a week."""

SET_BY_THE_SERVICE = ("id", "tenant_id", "created_at", "updated_at", "links")
"""May stand in a request, so that a client can send back what it got, and count for nothing."""

_ACTIONS = set_check(text_check(36), 400)
GROUP_BY = set_check(criteria.check_trait_name, 20)


_REQUIRED: dict[str, Check] = {
    "name": text_check(140),
    "select": criteria.check_select,
    "group_by": GROUP_BY,
    "fire_criteria": criteria.check_fire_criteria,
    "expiration": integer_check(0, LONGEST_EXPIRATION),
}
_OPTIONAL: dict[str, Check] = {
    "description": text_check(255, empty=True),
    "fire_actions": _ACTIONS,
    "expire_actions": _ACTIONS,
    "actions_enabled": boolean,
    **dict.fromkeys(SET_BY_THE_SERVICE, anything),
}
FIELDS = _REQUIRED | _OPTIONAL
"""What each field may be."""
check = mapping_check(_REQUIRED, _OPTIONAL)
"""The check of a stream definition as a client sends it."""


@dataclass(frozen=True, kw_only=True)
class StreamDefinition:
    """A definition that is known to be right, compiled.

    *shape* is equal for two definitions exactly if ``select``, ``group_by``, ``fire_criteria`` and
    ``expiration`` are: then the open streams of one may go on under the other.
    """

    id: str
    name: str
    description: str
    select: tuple[Criterion, ...]
    group_by: tuple[str, ...]
    fire_criteria: tuple[Criterion, ...]
    expiration: timedelta
    fire_actions: tuple[str, ...]
    expire_actions: tuple[str, ...]
    actions_enabled: bool
    shape: str


def compile_definition(body: Mapping[str, Any], *, definition_id: str) -> StreamDefinition:
    """Compile a definition as a client sends it, in which ``check`` has found no fault."""
    return StreamDefinition(
        id=definition_id,
        name=body["name"],
        description=body.get("description", ""),
        select=criteria.compile_criteria("select", body["select"]),
        group_by=tuple(body["group_by"]),
        fire_criteria=criteria.compile_criteria("fire_criteria", body["fire_criteria"]),
        expiration=timedelta(milliseconds=body["expiration"]),
        fire_actions=tuple(body.get("fire_actions", ())),
        expire_actions=tuple(body.get("expire_actions", ())),
        actions_enabled=body.get("actions_enabled", True),
        shape=_shape(body),
    )


def _shape(body: Mapping[str, Any]) -> str:
    # As JSON, since to Python 1, 1.0 and True are equal.
    parts = [body[field] for field in ("select", "group_by", "fire_criteria", "expiration")]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
