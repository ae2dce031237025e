"""Rounds: a case on each target, at 1 and at 16 connections, again and again, the floors in between."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import httpx

from measuring.cases import Case, Ids
from measuring.floors import WSGI_SERVERS, Floors
from measuring.load import Load, NothingAnswered
from measuring.processes import settle
from measuring.system import Target
from servers.errors import ServerError

CONNECTIONS = (1, 16)
WARM_UP_SECONDS = 1.0
PATIENT_WARM_UP_SECONDS = 10.0
KAFKA_PYTHON = "kafka-python"
NUMBERS = ("service_cpu", "database_cpu", "rate", "p50", "p99", "behind")


@dataclass(frozen=True)
class Effort:
    """How long to measure: *seconds* for each load, in *rounds* of all."""

    seconds: float
    rounds: int


@dataclass(frozen=True)
class Measured:
    """What a load has cost: CPU in ms a request, *rate* in requests a second, latencies in ms.

    *behind* is how many seconds the service had to work on after the load: on requests under way, and for the relay.
    Their CPU is counted, and so are these requests. *spread* is the difference between the dearest and the cheapest
    round, as a share of the median.
    """

    target: str
    case: str
    connections: int
    service_cpu: float
    database_cpu: float
    rate: float
    p50: float = 0.0
    p99: float = 0.0
    refused: int = 0
    behind: float = 0.0
    spread: float = 0.0

    @property
    def cpu(self) -> float:
        """Service and database together."""
        return self.service_cpu + self.database_cpu


def measure(target: Target, case: Case, load: Load, connections: int, seconds: float) -> Measured:
    """Measure one load once. Raises ServerError when connections break."""
    service, database = target.cpu()
    answered = load.run(connections, seconds)
    behind = settle([*target.service_pids, *target.database_pids]) if target.service_pids else 0.0
    service_end, database_end = target.cpu()
    if answered.broken:
        raise ServerError(f"{target.name}: {case.name}: {answered.broken} connections broke")
    return Measured(
        target.name,
        case.name,
        connections,
        service_cpu=(service_end - service) / answered.sent * 1000,
        database_cpu=(database_end - database) / answered.sent * 1000 if case.uses_database else 0.0,
        rate=answered.requests / answered.seconds,
        p50=answered.p50,
        p99=answered.p99,
        refused=answered.refused,
        behind=behind,
    )


def warm_up(target: Target, load: Load, connections: int) -> None:
    """Load without measuring, until *target* has nothing left of it.

    The first answer may take longer than that: 0.0.6 waits a second for its connection to Kafka.
    """
    try:
        load.run(connections, WARM_UP_SECONDS)
    except NothingAnswered:
        load.run(connections, PATIENT_WARM_UP_SECONDS)
    settle([*target.service_pids, *target.database_pids])


def middle(rounds: Sequence[Measured]) -> Measured:
    """Return the median of each number."""
    costs = [each.cpu for each in rounds]
    medians = {name: median(getattr(each, name) for each in rounds) for name in NUMBERS}
    spread = (max(costs) - min(costs)) / median(costs) if median(costs) else 0.0
    return replace(rounds[0], **medians, refused=sum(each.refused for each in rounds), spread=spread)


class Comparison:
    """Measures cases on *targets*, each with the ids of what its tenant has, and on the floors that are given."""

    def __init__(
        self,
        folder: Path,
        effort: Effort,
        targets: Sequence[tuple[Target, Ids]],
        floors: Floors | None = None,
    ) -> None:
        self._folder = folder
        self._effort = effort
        self._targets = targets
        self._floors = floors

    def run(self, case: Case) -> list[Measured]:
        """Return the medians of one case: of the targets, and of its floor."""
        found: dict[tuple[str, int], list[Measured]] = defaultdict(list)
        loads = self._loads(case)
        for target, load in loads:
            warm_up(target, load, max(CONNECTIONS))
        for _ in range(self._effort.rounds):
            for connections in CONNECTIONS:
                for one in self._one_round(case, loads, connections):
                    found[one.target, one.connections].append(one)
        return [middle(rounds) for rounds in found.values()]

    def _one_round(self, case: Case, loads: Sequence[tuple[Target, Load]], connections: int) -> list[Measured]:
        found = [measure(target, case, load, connections, self._effort.seconds) for target, load in loads]
        if self._floors and case.events and connections == 1:
            floor = self._floors.kafka.measure(case.events, self._effort.seconds)
            found.append(Measured(KAFKA_PYTHON, case.name, 1, floor["cpu"] * 1000, 0.0, floor["rate"]))
        return found

    def _loads(self, case: Case) -> list[tuple[Target, Load]]:
        loads = [self._load(case, target, ids) for target, ids in self._targets]
        if self._floors and case.parts:
            loads.append(self._load(case, *self._floors.parts))
        if self._floors and not case.events and not case.changes:
            size = _size(*loads[0])
            loads += [self._floors.bare.load(server, size) for server in WSGI_SERVERS]
        return loads

    def _load(self, case: Case, target: Target, ids: Ids) -> tuple[Target, Load]:
        return target, Load(self._folder, target.url, [case.request(f"{target.path}/v2.0", ids)], target.headers)


def _size(target: Target, load: Load) -> int:
    """Return how large the body of an answer is."""
    base = target.url.removesuffix(target.path)
    answer = httpx.get(f"{base}{load.requests[0].paths[0]}", headers=dict(target.headers), trust_env=False)
    return len(answer.raise_for_status().content)
