"""Who asks. An identity filter in front of the application says so, in the WSGI environment.

The key is none that a header can become, so nothing that a client sends is ever taken for an identity.
"""

from dataclasses import dataclass
from typing import Any, Protocol

KEY = "monasca_events_api.identity"
SOURCE_KEY = "monasca_events_api.identity_source"


@dataclass(frozen=True, slots=True)
class Identity:
    """A user in a project; *roles* are casefolded."""

    user_id: str
    tenant_id: str
    roles: frozenset[str]


class IdentitySource(Protocol):
    """Where identities come from."""

    def check(self) -> None:
        """Raise Unavailable when nobody can be identified."""


def identity(environ: dict[str, Any]) -> Identity | None:
    """Return who asks, None where no filter has said so."""
    found: Identity | None = environ.get(KEY)
    return found
