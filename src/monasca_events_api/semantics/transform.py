"""Transforms: what each field of one may be (contract 1.3); ``specification`` reads the one that says what it does."""

from collections.abc import Iterator
from typing import Any

from monasca_events_api.semantics import specification
from monasca_events_api.semantics.faults import Fault, InvalidDefinition
from monasca_events_api.semantics.field_checks import (
    Check,
    Finding,
    anything,
    boolean,
    mapping_check,
    text_check,
    wrong,
)

SET_BY_THE_SERVICE = ("id", "tenant_id", "deleted_at", "created_at", "updated_at", "links")
"""May stand in a request, so that a client can send back what it got, and count for nothing."""


def below_specification(fault: Fault) -> Fault:
    """Return *fault*, named from the specification on, by what is below it."""
    return Fault(fault.name.removeprefix("specification").removeprefix("."), fault.description)


def _specification(value: Any) -> Iterator[Finding]:
    if not isinstance(value, str | list):
        yield from wrong("Must be a list of event definitions")
        return
    try:
        specification.parse(value)
    except InvalidDefinition as invalid:
        for fault in map(below_specification, invalid.faults):
            yield (fault.name,) if fault.name else (), fault.description


_REQUIRED: dict[str, Check] = {"name": text_check(64), "specification": _specification}
_OPTIONAL: dict[str, Check] = {
    "description": text_check(250, empty=True),
    "enabled": boolean,
    **dict.fromkeys(SET_BY_THE_SERVICE, anything),
}
FIELDS = _REQUIRED | _OPTIONAL
"""What each field may be; a specification with extensions."""
check = mapping_check(_REQUIRED, _OPTIONAL)
"""The check of a transform as a client sends it."""
