"""The API as the tests run it: by its sample files, on the tests' servers."""

from collections.abc import Iterator

import httpx
import pytest

from servers.api_process import ApiProcess, asking, connected_to
from servers.kafka import KafkaCluster
from servers.keystone import HttpsFront, Keystone
from servers.mariadb import MariaDB
from servers.postgres import Postgres
from servers.run import folder_of_the_run


def started(overrides: dict[str, dict[str, str]], sample: str = "production.ini") -> Iterator[ApiProcess]:
    api = ApiProcess(folder_of_the_run("api"), overrides, sample=sample, afresh=True)
    api.migrate()
    api.start()
    yield api
    api.kill()


@pytest.fixture(scope="module")
def on_postgres(postgres: Postgres, kafka: KafkaCluster, keystone: Keystone) -> Iterator[ApiProcess]:
    yield from started(connected_to(postgres.create_database("api_process"), kafka, keystone))


@pytest.fixture(scope="module")
def strict_front(keystone: Keystone) -> HttpsFront:
    return keystone.https_front(client_certificate=True)


@pytest.fixture
def behind_a_strict_front(
    mariadb: MariaDB, kafka: KafkaCluster, keystone: Keystone, strict_front: HttpsFront
) -> Iterator[ApiProcess]:
    overrides = connected_to(mariadb.create_database("api_process"), kafka, keystone)
    yield from started(overrides | {"filter:authtoken": asking(keystone, strict_front)})


@pytest.fixture
def in_development() -> Iterator[ApiProcess]:
    yield from started({}, sample="development.ini")


def definitions(api: ApiProcess, token: str) -> int:
    """Return the status of a list of definitions."""
    url = f"{api.url}/v2.0/stream-definitions"
    return httpx.get(url, headers={"X-Auth-Token": token}, trust_env=False, timeout=30).status_code


def test_production_lets_in_whom_keystone_knows(on_postgres: ApiProcess, keystone: Keystone) -> None:
    assert definitions(on_postgres, keystone.token()) == 200


def test_a_killed_process_answers_again_on_its_port(on_postgres: ApiProcess) -> None:
    on_postgres.kill()
    on_postgres.start()
    assert on_postgres.answers()


def test_the_api_asks_keystone_through_a_front_that_wants_a_certificate(
    behind_a_strict_front: ApiProcess, keystone: Keystone, strict_front: HttpsFront
) -> None:
    assert definitions(behind_a_strict_front, keystone.token()) == 200
    assert "GET /v3/auth/tokens" in strict_front.process.log_tail()


def test_development_needs_no_server(in_development: ApiProcess) -> None:
    assert definitions(in_development, "") == 200
