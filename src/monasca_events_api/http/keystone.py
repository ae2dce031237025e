"""Identity from Keystone: keystonemiddleware, wrapped so that all its answers are ours (contract 1.1).

The ini's ``[filter:authtoken]`` configures keystonemiddleware, under its own names. It never sees the application:
it says whose a token is, and only then the application is called, with the identity in the environment.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from keystoneauth1 import session
from keystoneauth1.exceptions import ClientException, Unauthorized
from keystonemiddleware.auth_token import AuthProtocol, InvalidToken, ServiceError
from webob import Response
from webob.exc import HTTPException

from monasca_events_api.errors import Unavailable
from monasca_events_api.http import keystone_middleware
from monasca_events_api.http.error_responses import RETRY_AFTER, error_body, last_resort
from monasca_events_api.http.identity import KEY, SOURCE_KEY, Identity
from monasca_events_api.http.keystone_options import TRUE, read_options
from monasca_events_api.http.known_tokens import KnownTokens
from monasca_events_api.http.paths import needs_token
from monasca_events_api.http.request_id import HEADER, request_id
from monasca_events_api.http.request_log import begun, report
from monasca_events_api.http.responses import CONTENT_TYPE, private

log = logging.getLogger(__name__)

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_UNAUTHORIZED = 401
TOKEN, SERVICE_TOKEN = "HTTP_X_AUTH_TOKEN", "HTTP_X_SERVICE_TOKEN"


def filter_factory(_global_conf: dict[str, str], **options: str) -> Callable[[WsgiApp], WsgiApp]:
    """Return the filter that ``[filter:authtoken]`` configures. Raises WrongSettings."""
    checked = read_options(options)
    return lambda app: KeystoneFilter(app, *keystone_middleware.make(checked), checked)


def _client_certificate(options: dict[str, str]) -> str | tuple[str, str] | None:
    # One PEM file may hold both.
    certificate, private_key = options.get("certfile"), options.get("keyfile")
    return (certificate, private_key) if certificate and private_key else certificate or None


class KeystoneFilter:
    """Lets through who has a token of a project, and everybody where no token is needed."""

    def __init__(self, app: WsgiApp, middleware: AuthProtocol, known: KnownTokens, options: dict[str, str]) -> None:
        self._app = app
        self._middleware = middleware
        self._known = known
        self._auth_url = options["auth_url"]
        insecure = options.get("insecure", "").lower() in TRUE
        self._session = session.Session(
            verify=not insecure and (options.get("cafile") or True),
            cert=_client_certificate(options),
            timeout=float(options.get("http_connect_timeout") or 5),
        )
        self._challenge = f'Keystone uri="{options.get("www_authenticate_uri") or self._auth_url}"'

    def check(self) -> None:
        """Raise Unavailable when Keystone does not answer, or does not let the service's own user in."""
        server = keystone_middleware.asking(self._middleware)
        try:
            # It is kept until it expires, so Keystone is asked for it now and then only.
            self._session.get_auth_headers(server.auth)
            # Where tokens are validated: its catalog may lead elsewhere than to auth_url, or nowhere.
            place = {name: getattr(server, name) for name in ("service_type", "interface", "region_name")}
            self._session.get("", auth=server.auth, endpoint_filter=place, authenticated=False)
        except Unauthorized as error:
            raise Unavailable(f"Keystone does not let the service's own user in: {error}") from error
        # OSError: a file of certificates that was there at the start is not there now.
        except (ClientException, OSError) as error:
            raise Unavailable(f"Keystone is away: {error}") from error

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        environ[SOURCE_KEY] = self
        if needs_token(environ.get("PATH_INFO", "")):
            begun(environ)
            found = self._known_identity(environ) or self._validated(environ)
            if isinstance(found, Response):
                report(environ, found.status_code, found.content_length)
                answered: Iterable[bytes] = found(environ, start_response)
                return answered
            environ[KEY] = found
        return self._app(environ, start_response)

    def _known_identity(self, environ: dict[str, Any]) -> Identity | None:
        return None if SERVICE_TOKEN in environ else self._known.identity(environ.get(TOKEN, ""))

    def _validated(self, environ: dict[str, Any]) -> Identity | Response:
        try:
            return self._ask(environ)
        except Exception as error:  # noqa: BLE001 - no part of the application is there to answer yet
            return last_resort(error, environ)

    def _ask(self, environ: dict[str, Any]) -> Identity | Response:
        request = keystone_middleware.TokenRequest(environ)
        try:
            refused = self._middleware.process_request(request)
        except HTTPException as answer:
            refused = answer
        except (ClientException, ServiceError, InvalidToken, OSError) as error:
            return self._failed(environ, error)
        if refused is not None and refused.status_code >= 500:  # noqa: PLR2004
            # It is raised where Keystone's own answer is handled, and says less than that.
            return self._failed(environ, refused.__context__ or refused)
        if refused is not None:
            return self._refusal(environ, _UNAUTHORIZED)
        user = request.token_auth.user
        # Where the decision is delayed (``delay_auth_decision``), nobody else makes it.
        if user is None or not request.user_token_valid or not user.project_id:
            return self._refusal(environ, _UNAUTHORIZED)
        roles = frozenset(role.strip().casefold() for role in user.role_names)
        identity = Identity(user.user_id or "", user.project_id, roles)
        if SERVICE_TOKEN not in environ and keystone_middleware.speaks_for_itself(user):
            left = (user.expires - datetime.now(UTC)).total_seconds()
            self._known.belongs(environ.get(TOKEN, ""), identity, left)
        return identity

    def _failed(self, environ: dict[str, Any], error: BaseException) -> Response:
        # keystonemiddleware says that it has failed; what Keystone has answered stands behind that.
        answered = isinstance(error.__context__, ClientException)
        told = f"{error}: {error.__context__}" if answered else error
        log.warning("keystone failed request_id=%s error=%s", request_id(environ), told)
        return self._refusal(environ, 503)

    def _refusal(self, environ: dict[str, Any], status: int) -> Response:
        unauthorized = status == _UNAUTHORIZED
        text = "A valid token of a project is needed" if unauthorized else "Keystone is away"
        response = Response(body=error_body(environ, status, text), status=status)
        response.headers["Content-Type"] = CONTENT_TYPE
        response.headers[HEADER] = request_id(environ)
        if unauthorized:
            response.headers["WWW-Authenticate"] = self._challenge
        else:
            response.headers["Retry-After"] = RETRY_AFTER
        return private(response)
