"""What can go wrong for a client of the service.

::

    ClientProblem
    ├── LoginFailed      who asks could not be found out: nothing was asked of the service
    ├── Unreachable      the service does not answer, or not as this service does
    ├── NotAllowed       the service does not let this user do that: no token, no role, no more room
    └── Refused          what was asked about one definition is refused; another may fare better
"""

from collections.abc import Sequence
from typing import NamedTuple


class ClientProblem(Exception):
    """The root of all of them; its text is one line for the person at the terminal."""


class LoginFailed(ClientProblem):
    """Who asks could not be found out."""


class Unreachable(ClientProblem):
    """The service does not answer, or not as this service does."""


class NotAllowed(ClientProblem):
    """The service does not let this user do that."""


class RefusedField(NamedTuple):
    """What the service says of one field of a body."""

    name: str
    description: str


class Refused(ClientProblem):
    """The service refuses what was asked, with *status*, and says of which *fields*."""

    def __init__(self, status: int, description: str, fields: Sequence[RefusedField]) -> None:
        self.status = status
        self.fields = tuple(fields)
        super().__init__(description)


def reason(error: BaseException) -> str:
    """Return why *error* came about: what libraries say of each other's errors is long, the first one says it all."""
    while error.__context__ is not None:
        error = error.__context__
    return str(error)
