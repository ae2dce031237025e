"""keystonemiddleware as it is used here: with a memory of our own, counted, and without thirty headers.

All that rests on its insides stands here.
"""

from collections.abc import Callable
from typing import Any

from keystoneauth1 import adapter, session
from keystoneauth1.access import AccessInfo, AccessInfoV3
from keystoneauth1.exceptions import ClientException, NotFound, Unauthorized
from keystonemiddleware.auth_token import AuthProtocol, ConfigurationError
from keystonemiddleware.auth_token._request import _AuthTokenRequest

from monasca_events_api import metrics
from monasca_events_api.http.known_tokens import KnownTokens, TokenCache
from monasca_events_api.settings import WrongSettings

CACHE_SECONDS = 300
"""keystonemiddleware's own default."""
LOCAL_DIVISOR = 10
"""With a memcached, this fraction of the cache time is reserved for each process's own memory of a token."""


def make(options: dict[str, str]) -> tuple[AuthProtocol, KnownTokens]:
    """Return the middleware for *options*, which are checked, and what it knows of tokens. Raises WrongSettings."""
    believed = int(options.get("token_cache_time") or CACHE_SECONDS)
    here, shared = _shares(believed) if options.get("memcached_servers") else (believed, believed)
    try:
        middleware = AuthProtocol(None, {**options, "token_cache_time": str(shared)})
    except (ClientException, ConfigurationError) as error:
        raise WrongSettings([f"[filter:authtoken] {error}"]) from error
    memcached = _memcached(middleware) if options.get("memcached_servers") else None
    known = middleware._token_cache = KnownTokens(here, shared=memcached)  # noqa: SLF001
    # Only requests to Keystone itself pass here; a hit in the cache is told to nobody.
    server = middleware._identity_server  # noqa: SLF001
    server.verify_token = metrics.KEYSTONE.time()(server.verify_token)
    own: Any = asking(middleware).auth
    own.get_auth_ref = _login(own.get_auth_ref)
    return middleware, known


def asking(middleware: AuthProtocol) -> adapter.Adapter:
    """Return what *middleware* asks Keystone with, as the service's own user."""
    found: adapter.Adapter = middleware._identity_server._adapter  # noqa: SLF001
    return found


def _login(log_in: Callable[..., AccessInfo]) -> Callable[..., AccessInfo]:
    """Return *log_in*, of the service's own user, which raises Unauthorized where Keystone does not know that one."""

    def known_or_not(through: session.Session, **options: Any) -> AccessInfo:
        try:
            return log_in(through, **options)
        except NotFound as error:
            # keystonemiddleware would take it for the answer about the client's token, and refuse that.
            told = {name: getattr(error, name) for name in ("response", "request_id", "url", "method", "http_status")}
            raise Unauthorized(error.message, **told) from error

    return known_or_not


def _shares(believed: int) -> tuple[int, int]:
    """Return for how long a token is known here, and before that in a memcached: together as long as it is believed."""
    here = max(0, believed) // LOCAL_DIVISOR
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


class TokenRequest(_AuthTokenRequest):
    """A request that gets no identity headers: to write thirty of them, which nobody reads, is most of the work."""

    def remove_auth_headers(self) -> None:
        """Forget what a client says that keystonemiddleware has found, where that reads it."""
        for name in (self._USER_STATUS_HEADER, self._SERVICE_STATUS_HEADER):
            self.headers.pop(name, None)

    def set_user_headers(self, _found: Any) -> None:
        """Write none: ``token_auth`` has it all."""

    def set_service_headers(self, _found: Any) -> None:
        """Write none."""


def speaks_for_itself(token: AccessInfo) -> bool:
    """Say whether keystonemiddleware decides by the token alone, whatever else the request is."""
    return isinstance(token, AccessInfoV3) and not token.bind and token.application_credential_access_rules is None
