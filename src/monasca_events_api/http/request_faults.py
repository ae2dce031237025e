"""What validators find is gathered, and refused at once (contract 1.4)."""

from collections.abc import Iterable
from typing import NoReturn

from pyramid.httpexceptions import HTTPNotAcceptable
from pyramid.request import Request
from webob.acceptparse import create_accept_header

from monasca_events_api.errors import Fault, Invalid

_ANYTHING, _JSON = "*/*", "application/json"
_OFFERS = [_JSON, "application/json;charset=utf-8"]
"""What the answers are, with and without the parameter: a client may name it, too."""


def add_faults(request: Request, faults: Iterable[Fault]) -> None:
    """Keep *faults* for ``refuse``."""
    for fault in faults:
        request.errors.add(fault.location, fault.name, fault.description)


def refuse(request: Request) -> NoReturn:
    """Raise what the validators have found; Cornice's own answers have another shape than ours."""
    raise Invalid([Fault(each["location"], each["name"] or "", each["description"]) for each in request.errors])


def acceptable(request: Request) -> None:
    """Raise HTTPNotAcceptable when the client takes no JSON."""
    accept = request.environ.get("HTTP_ACCEPT", _ANYTHING)
    # What nearly everybody sends need not be understood anew each time. In lower case, since WebOb takes case for a
    # difference in the value of a parameter.
    if accept not in (_ANYTHING, _JSON) and not create_accept_header(accept.lower()).acceptable_offers(_OFFERS):
        raise HTTPNotAcceptable(detail="The answers are application/json")
