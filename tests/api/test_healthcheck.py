"""``/healthcheck`` (contract 1)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from api.examples import unique
from api.running_service import TRANSFORMS, RunningService, Tenant, databases, refusal
from monasca_events_api.storage.sessions import Database
from servers.run import folder_of_the_run

HEALTHY = {"database": "OK", "keystone": "OK", "kafka": "OK", "outbox": "OK"}
FAILED = "The check has failed; the log says why"


@pytest.fixture(scope="module")
def surprised() -> Iterator[Tenant]:
    """A service whose database has an option that its driver knows and cannot do, which nobody has foreseen."""
    url = "mysql+pymysql://monasca:secret@127.0.0.1:1/events?compress=true"
    service = RunningService(folder_of_the_run(unique("surprised")), url)
    service.start()
    with service.tenant(None) as tenant:
        yield tenant
    service.stop()


@pytest.fixture
def without_relay(request: pytest.FixtureRequest) -> Iterator[tuple[Tenant, Database]]:
    """A service on PostgreSQL that asks the database for nothing by itself, and its database."""
    folder = folder_of_the_run(unique("without-relay"))
    url = databases["postgresql"](request, folder)
    service = RunningService(folder, url, settings={"relay.enabled": "false"})
    service.migrate()
    service.start()
    with service.tenant(None) as tenant:
        yield tenant, Database(url)
    service.stop()


def test_health_names_every_dependency(api: Tenant) -> None:
    answer = api.get("/healthcheck")
    assert (answer.status_code, answer.json()) == (200, HEALTHY)


def test_head_of_a_healthy_service_is_204(api: Tenant) -> None:
    assert api.head("/healthcheck").status_code == 204


def test_the_process_is_alive(api: Tenant) -> None:
    assert api.get("/healthcheck/live").status_code == 200


def test_readiness_asks_what_definitions_need(api: Tenant) -> None:
    assert api.get("/healthcheck/ready").json() == {"database": "OK", "keystone": "OK"}


def test_health_knows_no_parameter(api: Tenant) -> None:
    assert refusal(api.get("/healthcheck?deep=1")) == (400, [("deep", "Unknown parameter")])


def test_a_check_that_fails_as_nobody_foresaw_is_a_reason_too(surprised: Tenant) -> None:
    answer = surprised.get("/healthcheck")
    assert (answer.status_code, answer.json()) == (503, {**HEALTHY, "database": FAILED, "outbox": FAILED})


def test_readiness_has_that_reason_too(surprised: Tenant) -> None:
    answer = surprised.get("/healthcheck/ready")
    assert (answer.status_code, answer.json()) == (503, {"database": FAILED, "keystone": "OK"})


def test_the_log_says_which_check_has_failed_and_why(surprised: Tenant) -> None:
    surprised.get("/healthcheck")
    log = surprised.service.log()
    assert "healthcheck failed dependency=database\nTraceback" in log
    assert "NotImplementedError: compress and named_pipe arguments are not supported" in log


def test_connections_that_were_cut_while_nobody_used_them_are_no_trouble(
    without_relay: tuple[Tenant, Database],
) -> None:
    tenant, database = without_relay
    assert tenant.get(TRANSFORMS).is_success
    with database.migrating() as connection:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        cut = connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        assert cut.fetchall()
    assert tenant.get("/healthcheck").json() == HEALTHY
