"""Who asks: a token, a login at Keystone as the ``openstack`` command has it, or nobody (docs/commands.rst, Who asks).

keystoneauth1, which keystonemiddleware brings, does it. It does not know ``clouds.yaml``; openstacksdk does, which
would bring a dozen packages to every host of the service.
"""

import logging
import os
import warnings
from argparse import ArgumentParser

from keystoneauth1 import loading
from keystoneauth1.exceptions import ClientException
from keystoneauth1.noauth import NoAuth
from keystoneauth1.plugin import BaseAuthPlugin
from keystoneauth1.session import Session
from keystoneauth1.token_endpoint import Token

from monasca_events_api.client.problems import LoginFailed, reason

TIMEOUT_SECONDS = "60"
# Each try that failed would be a line of 300 characters.
logging.getLogger("keystoneauth").setLevel(logging.ERROR)


def log_in(token: str | None, cacert: str | None, *, insecure: bool) -> Session:
    """Return a session: with *token*; without one, as the environment says (``OS_TOKEN``, ``OS_AUTH_URL``, ...).

    *cacert* is a file of certificates to trust, None for ``OS_CACERT`` or the system's. Raises LoginFailed.
    """
    if insecure:
        warnings.filterwarnings("ignore", message="Unverified HTTPS request")
    try:
        session = _session(token or os.environ.get("OS_TOKEN"), cacert, insecure=insecure)
        # Now, so that a failure here is one of the login.
        session.get_token()
    except (ClientException, OSError) as error:
        raise LoginFailed(f"No login: {reason(error)}") from error
    return session


def _session(token: str | None, cacert: str | None, *, insecure: bool) -> Session:
    parser = ArgumentParser()
    loading.register_session_argparse_arguments(parser)
    # Its options have their defaults from the environment: OS_AUTH_TYPE, OS_USERNAME, OS_CACERT, OS_CERT, ...
    loading.register_auth_argparse_arguments(parser, [], default="password")
    flags = ["--timeout", TIMEOUT_SECONDS]
    flags += ["--insecure"] if insecure else []
    flags += ["--os-cacert", cacert] if cacert else []
    options = parser.parse_args(flags)
    auth: BaseAuthPlugin | None
    if token and not os.environ.get("OS_AUTH_TYPE"):
        auth = Token(None, token)
    elif os.environ.get("OS_AUTH_TYPE") or os.environ.get("OS_AUTH_URL"):
        auth = loading.load_auth_from_argparse_arguments(options)
    else:
        auth = NoAuth()
    return loading.load_session_from_argparse_arguments(options, auth=auth)
