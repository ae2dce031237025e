"""The running service, on each of the three databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.examples import unique
from api.running_service import RunningService, Tenant, databases
from servers.run import folder_of_the_run

DATABASES = ("sqlite", "postgresql", "mariadb")
TIGHT = {
    "api.page_limit": "4",
    "api.max_body_bytes": "4096",
    "api.max_events": "3",
    "api.trusted_proxies": "127.0.0.1",
    "quota.stream_definitions": "5",
    "quota.transforms": "5",
    "transform_extensions": "false",
    "region": "Nürnberg",
}


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest) -> tuple[Path, str]:
    """A folder for the services that share a database, and that database's URL."""
    folder = folder_of_the_run(f"api-{request.param}")
    return folder, databases[request.param](request, folder)


@pytest.fixture(scope="session")
def service(database: tuple[Path, str]) -> Iterator[RunningService]:
    """The service as shipped."""
    yield from running(database)


@pytest.fixture(scope="session")
def tight_service(database: tuple[Path, str], service: RunningService) -> Iterator[RunningService]:
    """A second process on the same database: small limits, and whoever connects is a trusted proxy."""
    assert service.url
    yield from running(database, TIGHT)


@pytest.fixture
def api(service: RunningService) -> Iterator[Tenant]:
    """A tenant that has nothing yet."""
    with service.tenant(unique("tenant")) as tenant:
        yield tenant


@pytest.fixture
def other_tenant(service: RunningService) -> Iterator[Tenant]:
    """Another tenant that has nothing yet."""
    with service.tenant(unique("tenant")) as tenant:
        yield tenant


@pytest.fixture
def tight(tight_service: RunningService) -> Iterator[Tenant]:
    """A tenant that has nothing yet, at the service with small limits."""
    with tight_service.tenant(unique("tenant")) as tenant:
        yield tenant


@pytest.fixture(scope="session")
def with_roles(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Tenant]]:
    """Start a service, on a database of its own, that takes everybody for a user with these roles."""
    folder = folder_of_the_run("api-roles")
    url = databases["sqlite"](request, folder)
    started: dict[str, RunningService] = {}
    tenants: list[Tenant] = []

    def start(roles: str) -> Tenant:
        if roles not in started:
            started[roles] = RunningService(folder, url, roles=roles)
            if len(started) == 1:
                started[roles].migrate()
            started[roles].start()
            tenants.append(started[roles].tenant(None))
        return tenants[[*started].index(roles)]

    yield start
    for tenant in tenants:
        tenant.close()
    for service in started.values():
        service.stop()


def running(database: tuple[Path, str], settings: dict[str, str] | None = None) -> Iterator[RunningService]:
    folder, url = database
    service = RunningService(folder, url, settings=settings)
    if settings is None:
        service.migrate()
    service.start()
    yield service
    service.stop()
