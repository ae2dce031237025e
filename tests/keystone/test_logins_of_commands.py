"""The ways in which ``export`` and ``apply`` say who asks (docs/commands.rst, Who asks)."""

from pathlib import Path

import pytest
from click.testing import Result
from guarded_service import Door

from commands.tenant import command_line
from servers.keystone import HttpsFront, Keystone
from servers.keystone_accounts import ACCOUNTS

LETS_IN = (0, "transforms:")
HOW = "the token is read from OS_TOKEN or --token-file, a login from OS_AUTH_URL and what goes with it"


def export(door: Door, *options: str | Path, **environment: str) -> Result:
    return command_line("export", "--url", door.process.url, *options, **environment)


def password(keystone: Keystone, user: str = "full", front: HttpsFront | None = None) -> dict[str, str]:
    """Return what the file says that Horizon offers for download."""
    account = ACCOUNTS[user]
    return {
        "OS_AUTH_URL": keystone.auth_url if front is None else front.auth_url,
        "OS_USERNAME": account.name,
        "OS_PASSWORD": account.password,
        "OS_PROJECT_NAME": account.project,
        "OS_USER_DOMAIN_NAME": "Default",
        "OS_PROJECT_DOMAIN_NAME": "Default",
    }


def outcome(result: Result) -> tuple[int, str]:
    """Return the status, and the first word of the output, or the errors."""
    return result.exit_code, result.stdout.split()[0] if result.exit_code == 0 else result.stderr.strip()


def test_by_a_token_of_the_environment(door: Door, full: str) -> None:
    assert outcome(export(door, OS_TOKEN=full)) == LETS_IN


def test_by_a_token_in_a_file(door: Door, full: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{full}\n")
    assert outcome(export(door, "--token-file", file)) == LETS_IN


def test_by_a_password_as_the_openstack_command_has_it(door: Door, keystone: Keystone) -> None:
    assert outcome(export(door, **password(keystone))) == LETS_IN


def test_by_another_plugin_of_keystoneauth(door: Door, keystone: Keystone) -> None:
    environment = {**password(keystone), "OS_AUTH_TYPE": "v3token", "OS_TOKEN": keystone.unscoped_token()}
    assert outcome(export(door, **environment)) == LETS_IN


def test_by_a_password_over_https_with_an_authority_of_its_own(door: Door, keystone: Keystone) -> None:
    front = keystone.https_front()
    environment = password(keystone, front=front)
    assert outcome(export(door, **environment, OS_CACERT=str(front.ca_file))) == LETS_IN
    assert outcome(export(door, "--cacert", front.ca_file, **environment)) == LETS_IN
    assert outcome(export(door, "--insecure", **environment)) == LETS_IN
    refused = outcome(export(door, **environment))
    assert refused[0] == 1
    assert "certificate verify failed" in refused[1]


def test_for_another_tenant_as_a_delegate(door: Door, keystone: Keystone, delegate: str) -> None:
    assert outcome(export(door, "--tenant", keystone.project_id("other"), OS_TOKEN=delegate)) == LETS_IN


def test_for_another_tenant_without_the_role(door: Door, keystone: Keystone, full: str) -> None:
    status, told = outcome(export(door, "--tenant", keystone.project_id("other"), OS_TOKEN=full))
    assert (status, told.endswith(" (403)")) == (1, True)


def test_without_a_fitting_role(door: Door, unrelated: str) -> None:
    status, told = outcome(export(door, OS_TOKEN=unrelated))
    assert (status, told.endswith(" (403)")) == (1, True)


@pytest.mark.parametrize("environment", [{}, {"OS_TOKEN": "garbage"}])
def test_without_a_good_token_it_says_how_to_log_in(door: Door, environment: dict[str, str]) -> None:
    told = f"Error: A valid token of a project is needed (401): {HOW}"
    assert outcome(export(door, **environment)) == (1, told)


def test_with_a_wrong_password(door: Door, keystone: Keystone) -> None:
    status, told = outcome(export(door, **{**password(keystone), "OS_PASSWORD": "wrong-secret"}))
    assert (status, told.startswith("Error: No login: ")) == (1, True)
    assert "wrong-secret" not in told


def test_with_a_plugin_that_is_none(door: Door) -> None:
    status, told = outcome(export(door, OS_AUTH_TYPE="magic"))
    assert (status, told.startswith("Error: No login: ")) == (1, True)


def test_with_a_keystone_that_is_not_there(door: Door, keystone: Keystone) -> None:
    status, told = outcome(export(door, **{**password(keystone), "OS_AUTH_URL": "http://127.0.0.1:1/v3"}))
    assert (status, told.startswith("Error: No login: ")) == (1, True)
