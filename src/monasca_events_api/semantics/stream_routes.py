"""Which of a tenant's definitions an event of some type concerns; found once for each type."""

from collections.abc import Iterable
from dataclasses import dataclass

from monasca_events_api.semantics.criteria import Criterion
from monasca_events_api.semantics.streams import RunningDefinition

_MOST_EVENT_TYPES = 1_000


@dataclass(frozen=True, slots=True)
class Route:
    """A definition that may select events of a type, with the criteria that may match such events."""

    running: RunningDefinition
    select: tuple[Criterion, ...]
    fire: tuple[tuple[int, Criterion], ...]


class Routes:
    """The definitions of one tenant, by their ids, and the routes to them."""

    def __init__(self) -> None:
        self._running: dict[str, RunningDefinition] = {}
        self._by_type: dict[str, list[Route]] = {}

    def add(self, running: RunningDefinition) -> None:
        """Take in a definition."""
        self._running[running.definition.id] = running
        self._by_type.clear()

    def drop(self, definition_id: str) -> None:
        """Leave out a definition."""
        del self._running[definition_id]
        self._by_type.clear()

    def to(self, event_type: str) -> list[Route]:
        """Give the definitions that may select events of this type, in the order they came."""
        routes = self._by_type.get(event_type)
        if routes is None:
            # A sender who makes up types without end must not fill the memory.
            if len(self._by_type) >= _MOST_EVENT_TYPES:
                self._by_type.clear()
            routes = self._by_type[event_type] = _find(self._running.values(), event_type)
        return routes


def _find(definitions: Iterable[RunningDefinition], event_type: str) -> list[Route]:
    routes = []
    for running in definitions:
        select = tuple(c for c in running.definition.select if c.selects(event_type))
        if select:
            fire = enumerate(running.definition.fire_criteria)
            routes.append(Route(running, select, tuple((i, c) for i, c in fire if c.selects(event_type))))
    return routes
