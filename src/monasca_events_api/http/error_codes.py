"""What each error is called by programs: the tables behind ``status`` and ``code`` of an error item (contract 1.7).

A code is stable, its text is not. It begins with what is wrong (a kind of definition, or where in the request),
``transform.name.taken``, ``body.required``.
"""

from typing import NamedTuple

from webob.util import status_reasons

from monasca_events_api import errors
from monasca_events_api.errors import ServiceError


class Told(NamedTuple):
    """How an error is told that is not about single values.

    *location* and *name* say where it shows, *holder* is the id of the definition that has what was wanted.
    """

    status: int
    code: str
    location: str = ""
    name: str = ""
    holder: str | None = None


ERRORS: dict[type[ServiceError], Told] = {
    errors.Invalid: Told(400, "request.invalid"),
    errors.NotFound: Told(404, "{about}.id.unknown", "path", "id"),
    errors.NameTaken: Told(409, "{about}.name.taken", "body", "name"),
    errors.QuotaReached: Told(403, "{about}.quota.reached"),
    errors.EditConflict: Told(412, "{about}.revision.other", "header", "If-Match"),
    errors.NeverAcknowledged: Told(413, "event.too-large"),
    errors.Unavailable: Told(503, "service.unavailable"),
    errors.TransactionConflict: Told(503, "database.conflict"),
    # Each new connection was cut as well.
    errors.ConnectionCut: Told(503, "service.unavailable"),
    errors.NotAcknowledged: Told(503, "event.not-acknowledged"),
}

ANSWERS: dict[int, Told] = {
    answer.status: answer
    for answer in (
        Told(400, "request.malformed"),
        Told(401, "token.required", "header", "X-Auth-Token"),
        Told(403, "role.missing", "header", "X-Auth-Token"),
        Told(404, "address.unknown", "path"),
        Told(405, "method.unknown", "method"),
        Told(406, "answer.not-acceptable", "header", "Accept"),
        Told(413, "body.too-large", "body"),
        Told(415, "body.wrong-type", "header", "Content-Type"),
        Told(500, "service.failed"),
        Told(503, "service.unavailable"),
    )
}
"""Those of answers that no ServiceError has caused, by status."""

FAULTS = (
    ("Required", "required"),
    ("Unknown", "unknown"),
    ("No ", "unknown"),
    ("Stands there twice", "twice"),
    ("Duplicate key", "twice"),
    ("Stands beside", "ambiguous"),
    ("Reserved name", "reserved"),
    ("Must not be empty", "empty"),
    ("Must be from", "out-of-range"),
    ("Number out of range", "out-of-range"),
    ("Longer than", "too-long"),
    ("The record is larger", "too-long"),
    ("Kafka ", "not-acknowledged"),
    ("Time expressions longer", "too-long"),
    ("More than", "too-many"),
    ("Expands to more than", "too-many"),
    ("Integer of more than", "out-of-range"),
    ("Needs ", "required"),
    ("Character U+", "wrong-form"),
    ("Key is not", "wrong-kind"),
    ("Nested", "too-deep"),
    ("The preview takes longer", "too-slow"),
    ("Must be", "wrong-kind"),
    ("Must have", "wrong-form"),
    ("Not a path", "no-path"),
    ("Not a time expression", "no-time-expression"),
    ("Not JSON", "malformed"),
    ("Not UTF-8", "malformed"),
    ("line ", "yaml"),
    ("Empty", "yaml"),
    ("", "wrong"),
)
"""The end of a fault's code, by the beginning of its description; the first that fits counts."""


def of_error(error: ServiceError) -> Told:
    """Return how *error* is told, which is about the kind of thing that it names."""
    told = ERRORS[type(error)]
    return told._replace(code=told.code.format(about=error.about), holder=getattr(error, "holder", None))


def of_status(status: int) -> Told:
    """Return how an answer with *status* is told."""
    return ANSWERS.get(status) or Told(status, status_reasons[status].lower().replace(" ", "-"))


def of_fault(location: str, description: str) -> str:
    """Return the code of one fault: where it is, and what is wrong."""
    return f"{location}.{next(end for start, end in FAULTS if description.startswith(start))}"
