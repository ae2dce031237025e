"""The two kinds of definition, as a client sees them (contract 1.2 and 1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from monasca_events_api.semantics import stream_definition, transform

Fields: TypeAlias = Mapping[str, Any]
"""What a client may set of a definition, all of it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """One kind of definition.

    *noun* is how messages call it; *part* is the key of its list in a file; *path* is its address; *order* is the
    order of its fields in a file, *set_by_the_service* are no fields of a file; *defaults* are those of fields that
    may be left out, *always* those that a file has nevertheless. A preview is given its *previewed* field, or the
    whole definition, as *preview_key*.
    """

    noun: str
    part: str
    path: str
    order: tuple[str, ...]
    set_by_the_service: tuple[str, ...]
    defaults: Fields
    always: frozenset[str]
    preview_key: str
    previewed: str | None

    def fields(self, shown: Mapping[str, Any]) -> Fields:
        """Return the fields of a definition as the service shows it, or a file has it: in order, defaults filled in."""
        own = {**self.defaults, **{name: shown[name] for name in shown if name not in self.set_by_the_service}}
        known = [name for name in self.order if name in own]
        # A newer service may know more; what it has must not be lost unseen.
        return {name: own[name] for name in [*known, *(name for name in own if name not in known)]}


TRANSFORM = Kind(
    noun="transform",
    part="transforms",
    path="/transforms",
    order=("name", "description", "enabled", "specification"),
    set_by_the_service=transform.SET_BY_THE_SERVICE,
    defaults=MappingProxyType({"description": "", "enabled": False}),
    # The service's default is the opposite of a test file's, and it says whether the transform is live.
    always=frozenset({"enabled"}),
    preview_key="specification",
    previewed="specification",
)
STREAM_DEFINITION = Kind(
    noun="stream definition",
    part="stream_definitions",
    path="/stream-definitions",
    order=(
        "name",
        "description",
        "select",
        "group_by",
        "fire_criteria",
        "expiration",
        "fire_actions",
        "expire_actions",
        "actions_enabled",
    ),
    set_by_the_service=stream_definition.SET_BY_THE_SERVICE,
    defaults=MappingProxyType({"description": "", "fire_actions": [], "expire_actions": [], "actions_enabled": True}),
    always=frozenset(),
    preview_key="definition",
    previewed=None,
)
KINDS = (TRANSFORM, STREAM_DEFINITION)
"""In the order in which they are announced: what distils events before what waits for them."""
