"""Three brokers for all tests, a service of its own for each, and the table at the end."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from announcing_service import PRODUCTION, AnnouncingService, new_database

from door.leaks import IN_LOGS, every_answer, leaks
from faults.proxy import Proxy
from faults.report import Report
from faults.seeds import SEED
from servers.kafka import KafkaCluster
from servers.mariadb import MariaDB
from servers.postgres import Postgres
from servers.processes import ServerProcess
from servers.run import folder_of_the_run

MakeService = Callable[..., AnnouncingService]
Server = Postgres | MariaDB
HERE = Path(__file__).parent
SERVERS = {"postgresql": "postgres", "mariadb": "mariadb"}
Shown = list[tuple[str, bytes]]
the_report = Report()


# kafka-python forgets a socket whose connection comes about while its client is being closed: seldom, but an hour with
# brokers that die has it.
FORGOTTEN_SOCKETS = "ignore:unclosed <socket:ResourceWarning"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", FORGOTTEN_SOCKETS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and not item.get_closest_marker("core"):
            item.add_marker("rare")


def pytest_report_header() -> str:
    return f"FAULT_SEED={SEED}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["faults"] = the_report.rows


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    the_report.rows.extend(map(tuple, getattr(node, "workeroutput", {}).get("faults", [])))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"\n{the_report.text()}")


@pytest.fixture(autouse=True)
def shown() -> Iterator[Shown]:
    """What answers and logs have shown of SQL, traces and secrets: nothing, ever (contract 1.7)."""
    found: Shown = []
    with every_answer(lambda answer: found.extend(leaks(answer))):
        yield found
    assert Counter(found) == {}


@pytest.fixture
def report() -> Report:
    """The table that is printed at the end."""
    return the_report


@pytest.fixture(scope="package")
def three_brokers() -> Iterator[KafkaCluster]:
    """Three brokers; every record is on three, and acknowledged when two have it."""
    cluster = KafkaCluster(folder_of_the_run("three-brokers"), brokers=3)
    cluster.start()
    yield cluster
    cluster.kill()


@pytest.fixture
def brokers(three_brokers: KafkaCluster) -> Iterator[KafkaCluster]:
    """The three, for tests that take some away; at their end all are back."""
    yield three_brokers
    for broker in three_brokers.brokers:
        if not three_brokers.process(broker).running:
            three_brokers.start_broker(broker)
        three_brokers.resume_broker(broker)


@pytest.fixture(params=PRODUCTION)
def kind(request: pytest.FixtureRequest) -> str:
    """One of the databases of production, after the other."""
    return str(request.param)


@pytest.fixture
def server(request: pytest.FixtureRequest, kind: str) -> Iterator[Server]:
    """Its server; at the test's end it is back."""
    found: Server = request.getfixturevalue(SERVERS[kind])
    yield found
    bring_back(found.process, found.start)


def bring_back(process: ServerProcess, start: Callable[[], None]) -> None:
    """Undo what a test did to a server."""
    if process.running:
        process.resume()
    else:
        start()


@pytest.fixture
def make_service(request: pytest.FixtureRequest, three_brokers: KafkaCluster, shown: Shown) -> Iterator[MakeService]:
    """Make services with their topics, not started yet, on a new database of a kind; or on the one at *url*."""
    made: list[AnnouncingService] = []

    def make(kind: str, *, url: str = "", broker: KafkaCluster = three_brokers, **options: Any) -> AnnouncingService:
        folder, own = (folder_of_the_run("faults"), url) if url else new_database(request, kind)
        made.append(AnnouncingService(folder, own, broker, **options))
        made[-1].create_topics()
        return made[-1]

    yield make
    for service in made:
        service.kill()
        for process in service.processes:
            shown.extend(leaks(process.log_file.read_bytes(), IN_LOGS))


@pytest.fixture
def proxy(request: pytest.FixtureRequest, kind: str) -> Iterator[Proxy]:
    """A proxy before a new database."""
    proxy = Proxy(new_database(request, kind)[1])
    yield proxy
    proxy.close()
