"""The service works with no more rights on the database than the manual names (docs/operators.rst, Database)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from api.examples import stream_definition
from api.running_service import STREAM_DEFINITIONS, RunningService, Tenant, databases
from servers.processes import wait_until
from servers.run import folder_of_the_run
from start.programs import ini, run

USER, PASSWORD = "least", "least-password"
GRANTS = {
    "postgresql": (
        f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {USER}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {USER}",
    ),
    "mariadb": (
        f"CREATE USER {USER}@'%' IDENTIFIED BY '{PASSWORD}'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{{database}}`.* TO {USER}@'%'",
    ),
}
NO_GRANTS = {
    "postgresql": (
        f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}'",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",  # as it is from PostgreSQL 15 on
    ),
    "mariadb": (
        f"CREATE USER stranger@'%' IDENTIFIED BY '{PASSWORD}'",
        "GRANT SELECT ON `{database}`.* TO stranger@'%'",
    ),
}
SERVERS = {"postgresql": "postgres", "mariadb": "mariadb"}


@pytest.fixture(params=GRANTS)
def tenant(request: pytest.FixtureRequest) -> Iterator[Tenant]:
    """Who uses a service whose account on the database is not the one that has migrated it."""
    folder = folder_of_the_run(f"rights-{request.param}")
    url = databases[request.param](request, folder)
    RunningService(folder, url).migrate()
    address = urlsplit(url)
    database = address.path.strip("/")
    server = request.getfixturevalue(SERVERS[request.param])
    for grant in GRANTS[request.param]:
        server.execute(grant.format(database=database), database=database)
    least = address._replace(netloc=f"{USER}:{PASSWORD}@{address.hostname}:{address.port}").geturl()
    service = RunningService(folder, least)
    service.start()
    with service.tenant(None) as tenant:
        yield tenant
    service.stop()


def test_a_definition_is_made_changed_listed_removed_and_announced(tenant: Tenant) -> None:
    created = tenant.create(STREAM_DEFINITIONS, stream_definition())
    path = f"{STREAM_DEFINITIONS}/{created['id']}"
    assert tenant.put(path, json=stream_definition(name="other")).status_code == 200
    assert [each["name"] for each in tenant.get(STREAM_DEFINITIONS).json()["elements"]] == ["other"]
    assert tenant.delete(path).status_code == 204
    topic = tenant.service.topics["stream-definitions"]
    # Made; changed, which is told by two records; removed.
    wait_until(lambda: len(topic.of_tenant(tenant.id)) == 4, "each change is announced")


@pytest.mark.parametrize("kind", GRANTS)
def test_to_who_may_not_make_tables_alembic_says_so_in_one_line(request: pytest.FixtureRequest, kind: str) -> None:
    folder = folder_of_the_run(f"no-rights-{kind}")
    address = urlsplit(databases[kind](request, folder))
    server = request.getfixturevalue(SERVERS[kind])
    for grant in NO_GRANTS[kind]:
        server.execute(grant.format(database=address.path.strip("/")), database=address.path.strip("/"))
    stranger = address._replace(netloc=f"stranger:{PASSWORD}@{address.hostname}:{address.port}").geturl()
    ended = run("alembic", "-c", ini(folder, {"app:main": {"sqlalchemy.url": stranger}}), "upgrade", "head")
    assert (ended.status, [line for line in ended.errors if "Traceback" in line]) == (1, [])
    assert re.fullmatch("Error: .* denied .*", ended.errors[-1])
