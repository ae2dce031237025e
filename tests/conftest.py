"""The real servers, started once a run and only when a test asks for them.

They end with the run: here when it ends by itself, by their watchdog when it is killed.
"""

import logging
import signal
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from scheduling import ByServices
from servers.keystone import Keystone
from servers.mariadb import MariaDB
from servers.postgres import Postgres
from servers.run import folder_of_the_run

with warnings.catch_warnings():
    # kafka-python reads its schemas by a function that was deprecated in Python 3.11 and 3.12 and is no more.
    warnings.simplefilter("ignore", DeprecationWarning)
    from servers.kafka import KafkaCluster


# kafka-python leaves the sockets of refused connections to the garbage collector.
SOCKETS_OF_REFUSED_CONNECTIONS = r"ignore:unclosed <socket.*laddr=\('0\.0\.0\.0':ResourceWarning"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", SOCKETS_OF_REFUSED_CONNECTIONS)


# Who starts the tests by nohup, or in the background of a script, turns these off, for all that they start as well.
for number in (signal.SIGHUP, signal.SIGINT):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)

# How long something takes is for the benchmarks to say: a machine may be busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServices:
    return ByServices(config, log)


# pytest keeps what is logged, and with what kafka-python logs its sockets, which are then missed as not closed.
logging.getLogger("kafka").setLevel(logging.CRITICAL)


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaCluster]:
    """One broker. Tests make topics of their own and leave those of others alone."""
    cluster = KafkaCluster(folder_of_the_run("kafka"))
    cluster.start()
    yield cluster
    cluster.kill()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server. Tests make databases of their own."""
    server = Postgres(folder_of_the_run("postgres"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """One server. Tests make databases of their own."""
    server = MariaDB(folder_of_the_run("mariadb"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def keystone() -> Iterator[Keystone]:
    """One server, with the accounts of `servers.keystone_accounts`."""
    server = Keystone(folder_of_the_run("keystone"))
    server.start()
    yield server
    server.close()
