"""Who asks: a token, a login at Keystone as the ``openstack`` command has it, or nobody (docs/commands.rst, Who asks).

keystoneauth1, which keystonemiddleware brings, does it. It does not know ``clouds.yaml``; openstacksdk does, which
would bring a dozen packages to every host of the service.
"""

import logging
import os
import re
import warnings
from argparse import ArgumentParser

from keystoneauth1 import loading
from keystoneauth1.exceptions import ClientException
from keystoneauth1.noauth import NoAuth
from keystoneauth1.plugin import BaseAuthPlugin
from keystoneauth1.session import Session
from keystoneauth1.token_endpoint import Token
from requests import RequestException

from monasca_events_api.client.problems import LoginFailed, reason

TIMEOUT_SECONDS = "60"
PLUGIN = "password"
"""What logs in where ``OS_AUTH_TYPE`` says nothing, as for the ``openstack`` command."""
_TOKEN = re.compile("[!-~]+")
# Each try that failed would be a line of 300 characters.
logging.getLogger("keystoneauth").setLevel(logging.ERROR)


def log_in(token: str | None, cacert: str | None, *, insecure: bool) -> Session:
    """Return a session: with *token*; if that is None, as the environment says (``OS_TOKEN``, ``OS_AUTH_URL``, ...).

    *cacert* is a file of certificates to trust, None for ``OS_CACERT`` or the system's. Raises LoginFailed.
    """
    if insecure:
        warnings.filterwarnings("ignore", message="Unverified HTTPS request")
    try:
        session = _session(_auth(token), cacert, insecure=insecure)
        # Now, so that a failure here is one of the login.
        given = session.get_token()
    except LoginFailed:
        raise
    except (ClientException, OSError) as error:
        raise LoginFailed(f"No login: {_address(error)}{reason(error)}") from error
    # Plugins raise whatever they like: Exception without a password, AttributeError without a library of theirs.
    except Exception as error:
        raise LoginFailed(f"No login: {_of_a_plugin(error)}") from error
    # Else what refuses it as a header would show it.
    if given is not None and not _TOKEN.fullmatch(given):
        raise LoginFailed("No login: the token has a blank, a line break or another character that no token has")
    return session


def _address(error: BaseException | None) -> str:
    """Return what was asked in vain: OS_AUTH_URL, or an address to which it or the plugin leads."""
    while error is not None:
        url = error.request.url if isinstance(error, RequestException) and error.request is not None else None
        if isinstance(url, str):
            return f"{url.partition('?')[0]}: "
        error = error.__context__
    return ""


def _of_a_plugin(error: Exception) -> str:
    told = " ".join(str(error).split())
    if isinstance(error, AttributeError | ImportError):
        plugin = os.environ.get("OS_AUTH_TYPE") or PLUGIN
        return f"the plugin {plugin} cannot be used, a library of it may be missing: {told}"
    return told


def _auth(token: str | None) -> BaseAuthPlugin | None:
    auth_type = os.environ.get("OS_AUTH_TYPE")
    if token is None and not auth_type:
        token = os.environ.get("OS_TOKEN") or None
    if token is not None:
        if not token.strip():
            raise LoginFailed("No login: the token is empty")
        return Token(None, token.strip())
    if not auth_type and not os.environ.get("OS_AUTH_URL"):
        return NoAuth()
    parser = ArgumentParser()
    # Its options have their defaults from the environment: OS_AUTH_TYPE, OS_USERNAME, ...
    loading.register_auth_argparse_arguments(parser, [], default=PLUGIN)
    auth: BaseAuthPlugin | None = loading.load_auth_from_argparse_arguments(parser.parse_args([]))
    return auth


def _session(auth: BaseAuthPlugin | None, cacert: str | None, *, insecure: bool) -> Session:
    parser = ArgumentParser()
    # Its options have their defaults from the environment: OS_CACERT, OS_CERT, OS_KEY.
    loading.register_session_argparse_arguments(parser)
    flags = ["--timeout", TIMEOUT_SECONDS]
    flags += ["--insecure"] if insecure else []
    flags += ["--os-cacert", cacert] if cacert else []
    return loading.load_session_from_argparse_arguments(parser.parse_args(flags), auth=auth)
