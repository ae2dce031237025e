"""The ways to Keystone that an operator may configure (contract 3, Keystone settings)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from guarded_service import STREAMS, Door, keystone_service

from servers.keystone import Keystone

Doors = Callable[..., Door]
OF_A_PASSWORD = {"username", "password", "user_domain_id"}


@pytest.fixture
def doors(keystone: Keystone) -> Iterator[Doors]:
    """Start services that differ in how they ask Keystone."""
    started: list[Iterator[Door]] = []

    def start(**options: Any) -> Door:
        started.append(keystone_service(keystone, **options))
        return next(started[-1])

    yield start
    for service in started:
        assert next(service, None) is None


def test_over_https_with_an_authority_of_its_own(doors: Doors, keystone: Keystone, full: str) -> None:
    door = doors(front=keystone.https_front())
    assert door.ask("GET", STREAMS, full).status_code == 200
    assert door.ask("GET", STREAMS, "garbage").status_code == 401


def test_over_https_the_service_is_ready(doors: Doors, keystone: Keystone) -> None:
    door = doors(front=keystone.https_front())
    assert door.ask("GET", "/healthcheck/ready").json()["keystone"] == "OK"


def test_over_https_with_an_authority_that_is_not_trusted_nobody_gets_in(
    doors: Doors, keystone: Keystone, full: str
) -> None:
    stranger = keystone.https_front()
    door = doors(front=keystone.https_front(), options={"cafile": str(stranger.ca_file)})
    assert door.ask("GET", STREAMS, full).status_code == 503
    assert door.ask("GET", "/healthcheck/ready").status_code == 503


def test_over_https_with_a_client_certificate(doors: Doors, keystone: Keystone, full: str) -> None:
    door = doors(front=keystone.https_front(client_certificate=True))
    assert door.ask("GET", STREAMS, full).status_code == 200
    assert door.ask("GET", "/healthcheck/ready").json()["keystone"] == "OK"


def test_over_https_without_the_certificate_that_is_asked_for_nobody_gets_in(
    doors: Doors, keystone: Keystone, full: str
) -> None:
    door = doors(front=keystone.https_front(client_certificate=True), options={"certfile": "", "keyfile": ""})
    assert door.ask("GET", STREAMS, full).status_code == 503


@pytest.mark.parametrize("file", ["cafile", "certfile"])
def test_while_a_file_of_certificates_is_not_there_keystone_is_away(
    doors: Doors, keystone: Keystone, full: str, tmp_path: Path, file: str
) -> None:
    front = keystone.https_front()
    kept = tmp_path / file
    kept.write_bytes(front.ca_file.read_bytes())
    door = doors(front=front, options={file: str(kept)})
    kept.unlink()
    answer = door.ask("GET", STREAMS, full)
    assert (answer.status_code, answer.json()["description"]) == (503, "Keystone is away")
    assert str(kept) in door.ask("GET", "/healthcheck/ready").json()["keystone"]
    assert "Traceback" not in door.process.log_file.read_text(encoding="utf-8")


def test_with_a_wrong_password_of_the_service_nobody_gets_in(doors: Doors, full: str) -> None:
    door = doors(options={"password": "wrong"})
    assert door.ask("GET", STREAMS, full).status_code == 503


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"project_name": "nowhere"}])
def test_with_a_user_that_keystone_does_not_let_in_it_is_not_ready(doors: Doors, wrong: dict[str, str]) -> None:
    answer = doors(options=wrong).ask("GET", "/healthcheck/ready")
    assert answer.status_code == 503
    assert answer.json()["keystone"].startswith("Keystone does not let the service's own user in: ")


def test_with_an_application_credential_that_is_gone_no_good_token_is_called_bad(doors: Doors, full: str) -> None:
    options = {"auth_type": "v3applicationcredential", "application_credential_id": "gone"}
    secret = {"application_credential_secret": "secret"}
    door = doors(options=options | secret, without=OF_A_PASSWORD | {"project_name", "project_domain_id"})
    assert door.ask("GET", STREAMS, full).status_code == 503
    told = door.ask("GET", "/healthcheck/ready").json()["keystone"]
    assert told.startswith("Keystone does not let the service's own user in: Could not find Application Credential")


@pytest.mark.parametrize("leading_nowhere", [{"region_name": "Nowhere"}, {"interface": "nowhere"}], ids=str)
def test_with_a_catalog_that_does_not_lead_to_keystone_it_is_not_ready(
    doors: Doors, leading_nowhere: dict[str, str], full: str
) -> None:
    door = doors(options=leading_nowhere)
    assert door.ask("GET", STREAMS, full).status_code == 503
    answer = door.ask("GET", "/healthcheck/ready")
    assert answer.status_code == 503
    assert "endpoint for identity service" in answer.json()["keystone"]


def test_with_a_user_that_may_not_ask_about_tokens_the_log_says_what_keystone_has_answered(
    doors: Doors, full: str
) -> None:
    door = doors(options={"username": "unrelated", "password": "password", "project_name": "test"})
    assert door.ask("GET", STREAMS, full).status_code == 503
    log = door.process.log_file.read_text(encoding="utf-8")
    (line,) = [each for each in log.splitlines() if "keystone failed" in each]
    assert "identity:validate_token. (HTTP 403)" in line


def test_with_a_token_in_place_of_a_password(doors: Doors, keystone: Keystone, full: str) -> None:
    options = {"auth_type": "v3token", "token": keystone.token("service")}
    door = doors(options=options, without=OF_A_PASSWORD)
    assert door.ask("GET", STREAMS, full).status_code == 200
    assert door.ask("GET", STREAMS, "garbage").status_code == 401


@pytest.mark.parametrize("token", [None, "garbage"])
def test_a_decision_that_keystonemiddleware_leaves_to_the_service_is_a_refusal(doors: Doors, token: str | None) -> None:
    door = doors(options={"delay_auth_decision": "true"})
    assert door.ask("GET", STREAMS, token, headers={"X-Project-Id": "p", "X-Roles": "admin"}).status_code == 401


def test_and_a_good_token_lets_in(doors: Doors, full: str) -> None:
    door = doors(options={"delay_auth_decision": "true"})
    assert door.ask("GET", STREAMS, full).status_code == 200
