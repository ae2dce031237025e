"""Identity from Keystone: keystonemiddleware, wrapped so that all its answers are ours (contract 1.1).

The ini's ``[filter:authtoken]`` configures keystonemiddleware, under its own names. It never sees the application:
it says whose a token is, and only then the application is called, with the identity in the environment.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from keystoneauth1 import loading, session
from keystoneauth1.access import AccessInfo, AccessInfoV3
from keystoneauth1.exceptions import ClientException, NotFound, Unauthorized
from keystonemiddleware.auth_token import AuthProtocol, ConfigurationError, InvalidToken, ServiceError, list_opts
from keystonemiddleware.auth_token._request import _AuthTokenRequest
from webob import Response
from webob.exc import HTTPException

from monasca_events_api import metrics
from monasca_events_api.errors import Unavailable
from monasca_events_api.http.error_responses import RETRY_AFTER, error_body, last_resort
from monasca_events_api.http.identity import KEY, SOURCE_KEY, Identity
from monasca_events_api.http.known_tokens import KnownTokens, TokenCache
from monasca_events_api.http.paths import needs_token
from monasca_events_api.http.request_id import HEADER, request_id
from monasca_events_api.http.request_log import report
from monasca_events_api.http.responses import CONTENT_TYPE, private
from monasca_events_api.setting_values import pem_file
from monasca_events_api.settings import WrongSettings, resolve

log = logging.getLogger(__name__)

# It calls the options of its own auth plugins unknown; read_options knows better.
logging.getLogger("keystonemiddleware._common.config").setLevel(logging.ERROR)
# A plugin that is not there is a fault of ours to tell.
logging.getLogger("stevedore.named").setLevel(logging.ERROR)

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_UNAUTHORIZED = 401
CACHE_SECONDS = 300
"""keystonemiddleware's own default."""
HERE = 10
"""Where a memcached has what Keystone said, this part of the time is left for each process to know it by itself."""
REQUIRED = ("auth_type", "auth_url")
PEM_FILES = ("cafile", "certfile", "keyfile")
TRUE = {"true", "1", "on", "yes"}  # as oslo.config reads it
TOKEN, SERVICE_TOKEN = "HTTP_X_AUTH_TOKEN", "HTTP_X_SERVICE_TOKEN"


def filter_factory(_global_conf: dict[str, str], **options: str) -> Callable[[WsgiApp], WsgiApp]:
    """Return the filter that ``[filter:authtoken]`` configures. Raises WrongSettings."""
    checked = read_options(options)
    return lambda app: KeystoneFilter(app, *_middleware(checked), checked)


def _middleware(options: dict[str, str]) -> tuple[AuthProtocol, KnownTokens]:
    believed = int(options.get("token_cache_time") or CACHE_SECONDS)
    here, shared = _shares(believed) if options.get("memcached_servers") else (believed, believed)
    try:
        middleware = AuthProtocol(None, {**options, "token_cache_time": str(shared)})
    except (ClientException, ConfigurationError) as error:
        raise WrongSettings([f"[filter:authtoken] {error}"]) from error
    memcached = _memcached(middleware) if options.get("memcached_servers") else None
    known = middleware._token_cache = KnownTokens(here, shared=memcached)  # noqa: SLF001
    # What it knows it does not ask Keystone, and it tells nobody which: only here the questions themselves pass.
    server = middleware._identity_server  # noqa: SLF001
    server.verify_token = metrics.KEYSTONE.time()(server.verify_token)
    own = server._adapter.auth  # noqa: SLF001
    own.get_auth_ref = _login(own.get_auth_ref)
    return middleware, known


def _login(log_in: Callable[..., AccessInfo]) -> Callable[..., AccessInfo]:
    """Return *log_in*, of the service's own user, which raises Unauthorized where Keystone does not know that one."""

    def known_or_not(asking: session.Session, **options: Any) -> AccessInfo:
        try:
            return log_in(asking, **options)
        except NotFound as error:
            # keystonemiddleware would take it for the answer about the client's token, and refuse that.
            told = {name: getattr(error, name) for name in ("response", "request_id", "url", "method", "http_status")}
            raise Unauthorized(error.message, **told) from error

    return known_or_not


def _shares(believed: int) -> tuple[int, int]:
    """Return for how long a token is known here, and before that in a memcached: together as long as it is believed."""
    here = max(0, believed) // HERE
    # To a memcached no time at all is for ever.
    return here, believed - here or -1


def _memcached(middleware: AuthProtocol) -> TokenCache:
    cache: TokenCache = middleware._token_cache  # noqa: SLF001
    try:
        # It connects with its first question, so after any fork.
        cache.initialize({})
    except ImportError as error:
        # The library for SASL and TLS is another one, which nothing here was tried with.
        hint = ": pip install 'monasca-events-api[memcached]'" if error.name == "memcache" else ""
        raise WrongSettings([f"[filter:authtoken] memcached_servers: {error}{hint}"]) from error
    return cache


def read_options(options: dict[str, str]) -> dict[str, str]:
    """Return *options* with secrets read. Raises WrongSettings with all that is unknown or wrong."""
    known = {opt.dest: opt for _, opts in list_opts() for opt in opts}
    faults: list[str] = []
    found: dict[str, str] = {}
    for name, text in options.items():
        try:
            found[name] = resolve(text.strip())
        except ValueError as error:
            faults.append(f"{name}: {error}")
    # A value that was refused is not found, and has its own fault.
    faults += [f"{name}: required" for name in REQUIRED if not found.get(name, options.get(name))]
    if found.get("auth_type"):
        unknown_plugin = _learn_plugin_options(found["auth_type"], known)
        # Which keys that one would have known, nobody can tell.
        faults += unknown_plugin or [wrong for name, text in found.items() if (wrong := _fault(known, name, text))]
    if found.get("service_type") and found.get("include_service_catalog", "true").lower() not in TRUE:
        # keystonemiddleware looks for it in the catalog, and fails where there is none.
        faults.append("service_type: needs include_service_catalog = true")
    if faults:
        raise WrongSettings([f"[filter:authtoken] {fault}" for fault in faults])
    return found


def _learn_plugin_options(auth_type: str, known: dict[str, Any]) -> list[str]:
    try:
        loader: Any = loading.get_plugin_loader(auth_type)
    except ClientException as error:
        return [f"auth_type: {error}"]
    known.update({opt.dest: opt for opt in loading.get_auth_plugin_conf_options(loader)})
    return []


def _fault(known: dict[str, Any], name: str, text: str) -> str | None:
    if name in {"auth_type", "auth_section"}:
        return None
    if name not in known:
        return f"{name}: unknown key"
    try:
        value = known[name].type(text)
        if name == "http_connect_timeout" and value < 1:
            # oslo.config takes it, and each question to Keystone would fail.
            return f"{name}: must be at least 1"
        if text and name in PEM_FILES:
            pem_file(text)
    except ValueError as error:
        return f"{name}: {error}"
    return None


def _client_certificate(options: dict[str, str]) -> str | tuple[str, str] | None:
    # One PEM file may hold both.
    certificate, private_key = options.get("certfile"), options.get("keyfile")
    return (certificate, private_key) if certificate and private_key else certificate or None


def _speaks_for_itself(token: AccessInfo) -> bool:
    """Say whether keystonemiddleware decides by the token alone, whatever else the request is."""
    return isinstance(token, AccessInfoV3) and not token.bind and token.application_credential_access_rules is None


class _TokenRequest(_AuthTokenRequest):
    """A request in whose headers nobody looks for the identity: to write thirty is more than half of all the work."""

    def remove_auth_headers(self) -> None:
        """Forget what a client says that keystonemiddleware has found, where that reads it."""
        for name in (self._USER_STATUS_HEADER, self._SERVICE_STATUS_HEADER):
            self.headers.pop(name, None)

    def set_user_headers(self, _found: Any) -> None:
        """Write none: ``token_auth`` has it all."""

    def set_service_headers(self, _found: Any) -> None:
        """Write none."""


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
        server = self._middleware._identity_server._adapter  # noqa: SLF001
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
            started = time.monotonic()
            found = self._known_identity(environ) or self._validated(environ)
            if isinstance(found, Response):
                report(environ, found.status_code, started, found.content_length)
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
        request = _TokenRequest(environ)
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
        if SERVICE_TOKEN not in environ and _speaks_for_itself(user):
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
