"""A login that cannot be: each mistake is told in one line (docs/commands.rst, Who asks)."""

from click.testing import Result

from commands.tenant import command_line
from servers.ports import LOOPBACK, free_port

LIBRARY_MISSING = "cannot be used, a library of it may be missing: "


def export(**environment: str | None) -> Result:
    """Run ``export`` with a login that is complete but for *environment*; no Keystone is there."""
    login = {
        "OS_AUTH_URL": f"http://{LOOPBACK}:{free_port()}/v3",
        "OS_USERNAME": "user",
        "OS_PASSWORD": "secret",
        "OS_PROJECT_NAME": "project",
        "OS_USER_DOMAIN_NAME": "Default",
        "OS_PROJECT_DOMAIN_NAME": "Default",
    }
    return command_line("export", "--url", f"http://{LOOPBACK}:{free_port()}", **{**login, **environment})


def test_without_a_password_it_says_so() -> None:
    result = export(OS_PASSWORD=None)
    assert (result.exit_code, result.stderr) == (1, "Error: No login: password is a required attribute\n")


def test_a_plugin_that_lacks_a_library_is_told_by_its_name() -> None:
    places = ("OS_IDENTITY_PROVIDER_URL", "OS_SERVICE_PROVIDER_ENDPOINT", "OS_SERVICE_PROVIDER_ENTITY_ID")
    federation = {"OS_IDENTITY_PROVIDER": "adfs", "OS_PROTOCOL": "saml2", **dict.fromkeys(places, "http://x/")}
    result = export(OS_AUTH_TYPE="v3adfspassword", **federation)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith(f"Error: No login: the plugin v3adfspassword {LIBRARY_MISSING}")


def test_what_a_plugin_says_in_several_lines_is_one() -> None:
    result = export(OS_AUTH_TYPE="v3kerberos", OS_MUTUAL_AUTH="required")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.endswith(" $ pip install keystoneauth1[kerberos]\n")


def test_an_auth_url_that_is_none_is_one_line() -> None:
    result = export(OS_AUTH_URL="http://[::1")
    assert (result.exit_code, result.stderr) == (1, "Error: No login: Invalid IPv6 URL\n")


def test_a_keystone_that_is_not_there_is_told_by_its_address() -> None:
    url = f"http://{LOOPBACK}:{free_port()}/v3"
    result = export(OS_AUTH_URL=url)
    assert (result.exit_code, result.stderr) == (
        1,
        f"Error: No login: {url}/auth/tokens: [Errno 111] Connection refused\n",
    )
