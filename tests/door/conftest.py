"""The service, with nothing before it and behind the manual's proxy; and all that is ever said to a client."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.examples import unique
from api.running_service import RunningService, Tenant
from door.cloud import Cloud
from door.leaks import every_answer
from door.proxy import Proxy
from servers.keystone import Keystone
from servers.ports import LOOPBACK
from servers.run import folder_of_the_run

BEHIND_A_PROXY = {"api.trusted_proxies": LOOPBACK}
said: list[bytes] = []
"""Every answer of this run, header and body."""


@pytest.fixture(scope="package", autouse=True)
def _everything_said() -> Iterator[None]:
    with every_answer(said.append):
        yield


@pytest.fixture(scope="session")
def folder() -> Path:
    """Where the services of these tests keep what they have."""
    return folder_of_the_run("door")


@pytest.fixture(scope="session")
def service(folder: Path) -> Iterator[RunningService]:
    """The service, which trusts the proxy."""
    running = RunningService(folder, f"sqlite:///{folder}/door.sqlite", settings=BEHIND_A_PROXY)
    running.migrate()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def proxy(folder: Path, service: RunningService) -> Iterator[Proxy]:
    """HAProxy before it."""
    proxy = Proxy(folder, service.process.port)
    proxy.start()
    yield proxy
    proxy.kill()


@pytest.fixture
def tenant(service: RunningService) -> Iterator[Tenant]:
    """A tenant that has nothing yet."""
    with service.tenant(unique("tenant")) as tenant:
        yield tenant


@pytest.fixture(scope="session")
def cloud(keystone: Keystone) -> Iterator[Cloud]:
    """The service with the real Keystone."""
    cloud = Cloud(folder_of_the_run("cloud"), keystone)
    cloud.start()
    yield cloud
    cloud.stop()
