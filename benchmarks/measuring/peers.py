"""What the other services of the kind cost: numbers that were measured ELSEWHERE, on another machine of 2 cores.

They are in issue 7's table and stand beside ours for orientation; who wants one run on one machine has
``service.py --compare``. CPU milliseconds a request of the service, at 1 and at 16 connections, and in the last
place what its database used beside it. Which request the issue's page of 50 of 1 000 rows was it does not say: 0.0.6
reads all the rows for a list without ``limit``, and 50 with an offset. So its figure and its goal stand beside both.
"""

from typing import NamedTuple


class Cost(NamedTuple):
    """CPU milliseconds a request: the service's at 1 and at 16 connections, and the database's."""

    one: float
    many: float
    database: float = 0.0

    def at(self, connections: int) -> float:
        """Return the sum of service and database."""
        return (self.one if connections == 1 else self.many) + self.database


WITHOUT_LOGIN = "none"
KEYSTONE = "keystone"

# By login, case and peer.
RECORDED: dict[str, dict[str, dict[str, Cost]]] = {
    WITHOUT_LOGIN: {
        "GET by id": {"0.0.6": Cost(1.19, 0.97, 1.1)},
        "GET list of 10": {"0.0.6": Cost(2.4, 2.4, 17)},
        "GET page of 50": {"0.0.6": Cost(61, 67, 43)},
        "GET list": {"0.0.6": Cost(61, 67, 43)},
        "POST transform": {"0.0.6": Cost(3.7, 4.3, 1.5)},
        "POST stream definition": {"0.0.6": Cost(2.6, 2.5, 1.2)},
        "POST 1 event": {
            "0.0.6": Cost(0.63, 0.67),
            "8.0.0": Cost(1.02, 1.04),
            "Karapace REST": Cost(0.90, 0.75),
            "Strimzi bridge": Cost(6.3, 2.3),
        },
        "POST 100 events": {
            "0.0.6": Cost(7.9, 7.6),
            "8.0.0": Cost(7.1, 8.7),
            "Karapace REST": Cost(10.1, 16.6),
            "Strimzi bridge": Cost(11.7, 6.5),
        },
    },
    KEYSTONE: {
        "GET by id": {"0.0.6": Cost(1.79, 1.54, 1.1)},
        "GET list of 10": {"0.0.6": Cost(3.1, 2.9, 18)},
        "GET page of 50": {"0.0.6": Cost(63, 59, 45)},
        "GET list": {"0.0.6": Cost(63, 59, 45)},
        "POST transform": {"0.0.6": Cost(4.7, 4.8, 0.9)},
        "POST stream definition": {"0.0.6": Cost(2.6, 2.7, 1.1)},
        "POST 1 event": {"0.0.6": Cost(1.3, 1.5), "8.0.0": Cost(1.5, 1.6)},
        "POST 100 events": {"0.0.6": Cost(10.1, 9.5), "8.0.0": Cost(9.4, 10.5)},
    },
}

# Requests a second, without login, at 1 and at 16 connections.
RECORDED_RATES: dict[str, dict[str, tuple[float, float]]] = {
    "GET by id": {"0.0.6": (413, 489)},
    "POST stream definition": {"0.0.6": (224, 237)},
    "POST 1 event": {"0.0.6": (1134, 1461), "8.0.0": (795, 1012), "Karapace REST": (919, 1454)},
    "POST 100 events": {"0.0.6": (122, 134), "8.0.0": (147, 149), "Karapace REST": (100, 70)},
}

# How many times less than the best peer with the same login ours shall cost (issue 7, Goals).
GOALS = {
    "GET by id": 3.5,
    "GET list of 10": 20.0,
    "GET page of 50": 80.0,
    "GET list": 80.0,
    "POST stream definition": 2.0,
    "POST transform": 2.0,
    "POST 1 event": 1.0,
    "POST 100 events": 2.0,
}
STRIMZI_GOAL = {"POST 100 events": 1.5}


def best(login: str, case: str, connections: int) -> tuple[str, float] | None:
    """Return the peer that costs least, and what; None where none was measured.

    Where the goal against one peer is another than against the rest, its cost counts in proportion.
    """
    recorded = RECORDED[login].get(case, {})
    costs = {name: cost.at(connections) * _proportion(name, case) for name, cost in recorded.items()}
    return min(costs.items(), key=lambda item: item[1]) if costs else None


def _proportion(peer: str, case: str) -> float:
    if peer == "Strimzi bridge" and case in STRIMZI_GOAL:
        return GOALS[case] / STRIMZI_GOAL[case]
    return 1.0
