"""Query parameters: an unknown one, or one that stands twice, is a fault (contract 1.4)."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl

from pyramid.request import Request

from monasca_events_api.errors import Fault, Invalid

LONGEST = 8192
"""Characters of a whole query: several times what all parameters need."""
_NO_UTF_8 = re.compile("[\udc80-\udcff]")
"""A byte that is no UTF-8, as ``surrogateescape`` has it."""


def parameters(request: Request, known: Collection[str]) -> tuple[dict[str, str], list[Fault]]:
    """Return the query parameters, and a fault for each that is not in *known* or stands twice.

    Of a query that is too long none is read.
    """
    faults: list[Fault] = []
    found: dict[str, str] = {}
    query = request.environ.get("QUERY_STRING", "")
    if len(query) > LONGEST:
        faults.append(Fault("querystring", "", f"Longer than {LONGEST} characters"))
    elif query:
        for name, value in _pairs(query):
            if name not in known:
                faults.append(Fault("querystring", name, "Unknown parameter"))
            elif name in found:
                faults.append(Fault("querystring", name, "Stands there twice"))
            elif "\0" in value:
                faults.append(Fault("querystring", name, "Character U+0000 is not allowed"))
            found[name] = value
    return found, faults


def no_parameters(request: Request, **_options: object) -> None:
    """Raise Invalid when there is any query parameter: a validator for addresses that know none."""
    _, faults = parameters(request, ())
    if faults:
        raise Invalid(faults)


def undecodable_parameters(request: Request) -> list[str]:
    """Return the names of the query parameters that are no UTF-8, as far as they can be read."""
    pairs = _pairs(request.environ["QUERY_STRING"], "surrogateescape")
    wrong = dict.fromkeys(name for name, value in pairs if _NO_UTF_8.search(name + value))
    return [name.encode(errors="surrogateescape").decode(errors="replace") for name in wrong]


def whole_number(name: str, text: str, least: int, most: int) -> int:
    """Return the number that parameter *name* gives. Raises Invalid unless it is from *least* to *most*."""
    # Longer texts of digits are no number of ours, and Python refuses to read the longest.
    if text.isascii() and text.isdigit() and len(text) < 19 and least <= int(text) <= most:  # noqa: PLR2004
        return int(text)
    raise Invalid([Fault("querystring", name, f"Must be an integer from {least} to {most}")])


def truth(name: str, text: str) -> bool:
    """Return the boolean that parameter *name* gives. Raises Invalid unless it is ``true`` or ``false``."""
    if text not in {"true", "false"}:
        raise Invalid([Fault("querystring", name, "Must be true or false")])
    return text == "true"


def text(_name: str, value: str) -> str:
    """Return the text that a parameter gives, as it is."""
    return value


def _pairs(query: str, errors: str = "strict") -> list[tuple[str, str]]:
    # Not WebOb's: to that a semicolon separates parameters, too, as to nobody else.
    text = query.encode("latin-1").decode(errors=errors)
    return parse_qsl(text, keep_blank_values=True, errors=errors)
