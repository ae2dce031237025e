"""The Keystone that the tests run against."""

import ssl
from collections.abc import Iterator

import httpx
import pytest

from servers.keystone import HttpsFront, Keystone
from servers.run import folder_of_the_run


@pytest.fixture
def own_keystone() -> Iterator[Keystone]:
    server = Keystone(folder_of_the_run("keystone"))
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def strict_front(keystone: Keystone) -> HttpsFront:
    return keystone.https_front(client_certificate=True)


def trusting(front: HttpsFront) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=front.ca_file)


def test_a_users_token_is_accepted(keystone: Keystone) -> None:
    assert keystone.accepts(keystone.token("agent"))


def test_a_token_without_a_project_is_accepted(keystone: Keystone) -> None:
    assert keystone.accepts(keystone.unscoped_token("full"))


def test_a_revoked_token_is_not_accepted(keystone: Keystone) -> None:
    token = keystone.token()
    keystone.revoke(token)
    assert not keystone.accepts(token)


def test_a_short_lived_token_is_accepted_at_first(keystone: Keystone) -> None:
    assert keystone.accepts(keystone.short_lived_token("full", 60))


def test_an_expired_token_is_not_accepted(keystone: Keystone) -> None:
    assert not keystone.accepts(keystone.expired_token())


def test_a_token_outlives_a_sigkill_of_keystone(own_keystone: Keystone) -> None:
    token = own_keystone.token()
    own_keystone.kill()
    own_keystone.start()
    assert own_keystone.accepts(token)


def test_a_client_that_trusts_the_fronts_authority_is_led_back_to_the_front(keystone: Keystone) -> None:
    front = keystone.https_front()
    answer = httpx.get(front.auth_url, verify=trusting(front), trust_env=False, timeout=30).json()
    assert answer["version"]["links"][0]["href"] == f"{front.auth_url}/"


def test_the_strict_front_refuses_who_has_no_certificate(strict_front: HttpsFront) -> None:
    with pytest.raises(httpx.TransportError, match="CERTIFICATE_REQUIRED"):
        httpx.get(strict_front.auth_url, verify=trusting(strict_front), trust_env=False, timeout=30)


def test_the_strict_front_takes_its_authoritys_certificate(strict_front: HttpsFront) -> None:
    assert strict_front.client is not None
    context = trusting(strict_front)
    context.load_cert_chain(strict_front.client.certificate, strict_front.client.key)
    assert httpx.get(strict_front.auth_url, verify=context, trust_env=False, timeout=30).is_success
