"""A real service on SQLite, and tenants with nothing yet who use it by the commands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.conftest import TIGHT
from api.examples import unique
from api.running_service import RunningService
from commands.front import Front
from commands.tenant import TenantOfCommands
from servers.run import folder_of_the_run


@pytest.fixture(scope="session")
def folder_of_the_service() -> Path:
    return folder_of_the_run("commands")


@pytest.fixture(scope="session")
def service(folder_of_the_service: Path) -> Iterator[RunningService]:
    """The service as shipped."""
    running = RunningService(folder_of_the_service, f"sqlite:///{folder_of_the_service}/events.sqlite")
    running.migrate()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def tight_service(service: RunningService, folder_of_the_service: Path) -> Iterator[RunningService]:
    """A second process on the same database: room for five of each kind, and no extensions of transforms."""
    assert service.url
    running = RunningService(folder_of_the_service, f"sqlite:///{folder_of_the_service}/events.sqlite", settings=TIGHT)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def tenant(service: RunningService, tmp_path: Path) -> Iterator[TenantOfCommands]:
    with service.tenant(unique("tenant")) as api:
        yield TenantOfCommands(api, tmp_path)


@pytest.fixture
def other_tenant(service: RunningService, tmp_path: Path) -> Iterator[TenantOfCommands]:
    with service.tenant(unique("other")) as api:
        yield TenantOfCommands(api, tmp_path)


@pytest.fixture
def tight(tight_service: RunningService, tmp_path: Path) -> Iterator[TenantOfCommands]:
    with tight_service.tenant(unique("tight")) as api:
        yield TenantOfCommands(api, tmp_path)


@pytest.fixture
def front(service: RunningService) -> Iterator[Front]:
    """What stands between the commands and the service, for faults that neither can be made to show."""
    with Front(service.url) as between:
        yield between


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How many seconds the commands would have waited; they do not."""
    seconds: list[float] = []
    monkeypatch.setattr("monasca_events_api.client.service.sleep", seconds.append)
    return seconds
