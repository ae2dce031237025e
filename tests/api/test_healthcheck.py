"""``/healthcheck`` (contract 1)."""

from api.running_service import Tenant, refusal

HEALTHY = {"database": "OK", "keystone": "OK", "kafka": "OK", "outbox": "OK"}


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
