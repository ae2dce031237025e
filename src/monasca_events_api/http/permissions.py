"""Who may do what (contract 1.1): one table, from role settings to permissions."""

from typing import Any

from pyramid.request import Request

from monasca_events_api.http.identity import Identity, identity
from monasca_events_api.settings import Settings

FULL_ACCESS = "full access"
POST_EVENTS = "post events"
ACT_FOR_ANOTHER_TENANT = "act for another tenant"


class RolePolicy:
    """Pyramid's security policy: an identity may do what any of its roles may."""

    def __init__(self, settings: Settings) -> None:
        self._roles = {
            FULL_ACCESS: settings.full_access_roles | settings.delegate_roles,
            POST_EVENTS: settings.full_access_roles | settings.delegate_roles | settings.agent_roles,
            ACT_FOR_ANOTHER_TENANT: settings.delegate_roles,
        }

    def identity(self, request: Request) -> Identity | None:
        """Return who asks."""
        return identity(request.environ)

    def authenticated_userid(self, request: Request) -> str | None:
        """Return the id of the user who asks."""
        found = identity(request.environ)
        return found.user_id if found else None

    def permits(self, request: Request, _context: Any, permission: str) -> bool:
        """Say whether who asks may do what *permission* names."""
        found = identity(request.environ)
        return found is not None and not self._roles[permission].isdisjoint(found.roles)

    def remember(self, _request: Request, _userid: str, **_options: Any) -> list[tuple[str, str]]:
        """Nothing is remembered: each request bears its token."""
        return []

    def forget(self, _request: Request, **_options: Any) -> list[tuple[str, str]]:
        """Nothing is remembered."""
        return []
