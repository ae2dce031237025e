"""Random faults for SOAK_SECONDS, a line of the table for each round: ``make soak SECONDS=3600``.

Each round is a new service on one of the databases, and several faults drawn by FAULT_SEED.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from announcing_service import PRODUCTION, AnnouncingService
from sqlalchemy import make_url

from faults.conftest import SERVERS, MakeService, Server
from faults.load import Load
from faults.locks import end_connections
from faults.report import Report
from faults.seeds import chance
from servers.kafka import KafkaCluster

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
FAULTS_OF_A_ROUND = 6
LEASE_SECONDS = 5


@dataclass
class Round:
    """A service, its writers, and all that can be broken."""

    service: AnnouncingService
    load: Load
    server: Server
    brokers: KafkaCluster
    dice: random.Random

    def kill_a_process(self) -> None:
        """SIGKILL one of the API processes, and start it again."""
        process = self.dice.choice(self.service.processes)
        process.kill()
        self.load.wait_for_changes(self.dice.randint(1, 20))
        process.start()

    def stop_a_process(self) -> None:
        """SIGSTOP one of the API processes, for about as long as a lease."""
        process = self.dice.choice(self.service.processes)
        process.pause()
        self._pass(self.dice.uniform(0.5, 1.5) * LEASE_SECONDS)
        process.resume()

    def kill_brokers(self) -> None:
        """SIGKILL one, two or all brokers, and start them again."""
        for broker in self.dice.sample(self.brokers.brokers, self.dice.randint(1, 3)):
            self.brokers.kill_broker(broker)
        self.load.wait_for_changes(self.dice.randint(1, 100))
        self.brokers.start()

    def pause_brokers(self) -> None:
        """SIGSTOP one, two or all brokers for a while."""
        paused = self.dice.sample(self.brokers.brokers, self.dice.randint(1, 3))
        for broker in paused:
            self.brokers.pause_broker(broker)
        self._pass(self.dice.uniform(1, 10))
        for broker in paused:
            self.brokers.resume_broker(broker)

    def kill_the_database(self) -> None:
        """SIGKILL the database, and start it again."""
        self.server.kill()
        self.server.start()

    def restart_the_database(self) -> None:
        """End the database in an orderly way, and start it again."""
        self.server.restart()

    def end_connections(self) -> None:
        """End all sessions in the database, in whatever they are."""
        end_connections(self.server, make_url(self.service.database_url).database or "")

    def republish(self) -> None:
        """Announce everything again: no fault, but in everybody's way."""
        process = self.service.processes[0]
        process.command("monasca-events", "republish", str(process.ini))

    def _pass(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.load.wait_for_changes(1)


FAULTS: tuple[Callable[[Round], None], ...] = (
    Round.kill_a_process,
    Round.stop_a_process,
    Round.kill_brokers,
    Round.pause_brokers,
    Round.kill_the_database,
    Round.restart_the_database,
    Round.end_connections,
    Round.republish,
)


def numbers() -> Iterator[int]:
    """Count rounds until the time is over."""
    until = time.monotonic() + SECONDS
    number = 0
    while time.monotonic() < until:
        number += 1
        yield number


def test_random_faults(
    request: pytest.FixtureRequest, make_service: MakeService, brokers: KafkaCluster, report: Report
) -> None:
    for number in numbers():
        dice = chance(f"soak {number}")
        kind = dice.choice(PRODUCTION)
        service = make_service(kind, processes=3, settings={"relay.lease": str(LEASE_SECONDS)})
        service.start()
        load = Load(service, f"soak {number}")
        load.start()
        each = Round(service, load, request.getfixturevalue(SERVERS[kind]), brokers, dice)
        drawn = [dice.choice(FAULTS) for _ in range(FAULTS_OF_A_ROUND)]
        for fault in drawn:
            load.wait_for_changes(dice.randint(1, 100))
            fault(each)
        words = ", ".join(fault.__name__.replace("_", " ") for fault in drawn)
        report.hold(f"round {number}, {kind}: {words}", load.verdict())
        service.kill()
