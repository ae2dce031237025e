"""What can go wrong, in the service's own words.

::

    ServiceError
    ├── Invalid            the request is wrong; carries every fault
    ├── NotFound           no such definition, for this tenant
    ├── NameTaken          the tenant has a definition of that name
    ├── QuotaReached       the tenant has as many definitions as it may have
    ├── EditConflict       ``If-Match`` names another revision
    ├── NeverAcknowledged  Kafka will not take some of the events as they are
    └── Unavailable        a dependency is away; the client may try again
        ├── TransactionConflict    the database chose another transaction; trying again at once helps
        │   └── ConnectionCut      the connection to it was cut; so does a new one
        └── NotAcknowledged        Kafka does not have every event
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request.

    *location* is ``body``, ``querystring``, ``header`` or ``path``; *name* the path to it with dots and
    list indexes, empty for the whole; *description* says what would be right.
    """

    location: str
    name: str
    description: str


class ServiceError(Exception):
    """The root of all that the service reports; its text is fit for a client, *about* is what it is about."""

    def __init__(self, message: str = "", about: str = "service") -> None:
        self.about = about
        super().__init__(message)


class Invalid(ServiceError):
    """The request is wrong; ``faults`` holds every fault of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.name}: {fault.description}" for fault in self.faults))


class NotFound(ServiceError):
    """No such definition, as far as this tenant may know."""


class NameTaken(ServiceError):
    """The tenant has another definition of that *name*; ``holder`` is its id, where somebody has looked it up."""

    def __init__(self, name: str, about: str) -> None:
        self.name = name
        self.holder: str | None = None
        super().__init__(f"The name '{name}' is taken", about)


class QuotaReached(ServiceError):
    """The tenant has as many definitions of the kind as it may have."""


class EditConflict(ServiceError):
    """The definition is no longer, or not yet, what ``If-Match`` names."""


class NeverAcknowledged(ServiceError):
    """Kafka will not take some of the events as they are; ``faults`` names these, it has all others."""

    def __init__(self, message: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(message)


class Unavailable(ServiceError):
    """A dependency is away, or did not answer in time."""


class TransactionConflict(Unavailable):
    """The database gave way to another transaction: nothing was stored, trying again at once helps."""


class ConnectionCut(TransactionConflict):
    """The connection to the database was cut: nothing was stored, a new one may do it at once."""


class NotAcknowledged(Unavailable):
    """Kafka has not acknowledged every message; ``faults`` names those that it has not."""

    def __init__(self, message: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(message)
