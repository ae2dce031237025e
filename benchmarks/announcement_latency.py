"""How long after a change's answer a consumer has its record (goal: 50 ms at the median, with a healthy broker).

``python benchmarks/announcement_latency.py [postgresql|mariadb|sqlite] [CHANGES]``, with the servers of the tests.
Measured by one client that waits for each record before its next change, and by four that wait for nothing.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "kafka")]

from announcing_service import AnnouncingService, Client  # noqa: E402

from api.examples import transform  # noqa: E402
from history.topics import TopicReader  # noqa: E402
from servers.kafka import KafkaCluster  # noqa: E402
from servers.mariadb import MariaDB  # noqa: E402
from servers.postgres import Postgres  # noqa: E402
from servers.processes import wait_until  # noqa: E402
from servers.run import folder_of_the_run  # noqa: E402

CLIENTS = 4
KIND = "transforms"
Times = dict[tuple[str, int], float]
"""By a definition's id and revision: when, on the monotonic clock."""


class Arrivals(threading.Thread):
    """A consumer that remembers when each record came."""

    def __init__(self, reader: TopicReader) -> None:
        super().__init__(daemon=True)
        self.times: Times = {}
        self._reader = reader
        self._stopping = threading.Event()

    def run(self) -> None:
        """Read until ``stop``."""
        while not self._stopping.is_set():
            for record in self._reader.read_on(20):
                self.times.setdefault((record.key, record.revision), time.monotonic())

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self.join()


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Run a server and give the URL of an empty database on it."""
    if kind == "sqlite":
        yield f"sqlite:///{folder_of_the_run('benchmark')}/benchmark.sqlite"
        return
    server = {"postgresql": Postgres, "mariadb": MariaDB}[kind](folder_of_the_run(kind))
    server.start()
    yield server.create_database("benchmark")
    server.kill()


@contextmanager
def running_service(database_url: str) -> Iterator[AnnouncingService]:
    """Run the service with a broker."""
    kafka = KafkaCluster(folder_of_the_run("kafka"))
    kafka.start()
    service = AnnouncingService(folder_of_the_run("benchmark-api"), database_url, kafka)
    service.create_topics()
    service.start()
    yield service
    service.kill()
    kafka.kill()


def answered(client: Client, changes: int, after_each: Callable[[tuple[str, int]], None]) -> Times:
    """Change one transform again and again and return when each answer came."""
    times: Times = {}
    identifier = client.create(KIND, transform())["id"]
    for number in range(changes):
        answer = client.replace(KIND, identifier, transform(description=str(number)))
        change = (identifier, int(answer.headers["ETag"].strip('"')))
        times[change] = time.monotonic()
        after_each(change)
    return times


def report(what: str, answers: Times, arrivals: Arrivals) -> None:
    """Wait for all records and print how late they were."""
    wait_until(lambda: answers.keys() <= arrivals.times.keys(), "all records")
    late = [1000 * (arrivals.times[change] - time_of_answer) for change, time_of_answer in answers.items()]
    print(f"{what}: {len(late)} changes, median {median(late):.1f} ms, 95 % within {quantiles(late, n=20)[-1]:.1f} ms")


def main(kind: str = "postgresql", changes: str = "400") -> None:
    """Measure and print."""
    with database(kind) as url, running_service(url) as service, service.reader() as reader:
        arrivals = Arrivals(reader)
        arrivals.start()

        def wait_for_record(change: tuple[str, int]) -> None:
            while change not in arrivals.times:
                time.sleep(0.001)

        with service.client() as client:
            answered(client, 20, wait_for_record)
            report(f"{kind}, one client", answered(client, int(changes), wait_for_record), arrivals)

        def busy(_number: int) -> Times:
            with service.client() as client:
                return answered(client, int(changes), lambda _change: None)

        with ThreadPoolExecutor(CLIENTS) as clients:
            times = {change: each for found in clients.map(busy, range(CLIENTS)) for change, each in found.items()}
        report(f"{kind}, {CLIENTS} clients at full speed", times, arrivals)
        arrivals.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
