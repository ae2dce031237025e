"""Lone surrogates that are escaped in JSON text (contract 1.5): where they are."""

import json
import re
from itertools import islice

from monasca_events_api.http.json_places import character_faults
from monasca_events_api.semantics.faults import MOST_FAULTS

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(
    # Of backslashes in a row each second one is no more than a character. Of millions none is given back (`*+`).
    rb"(?<!\\)(?P<before>(?:\\\\)*+)"
    rb"(?:(?P<pair>\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})|\\u[dD][89a-fA-F][\da-fA-F]{2})"
)


def without_lone_surrogates(text: bytes) -> bytes:
    """Return JSON *text* with another character for each lone surrogate, and as long as before."""
    return _ESCAPE.sub(lambda found: found[0] if found["pair"] else found["before"] + rb"\ufffd", text)


def lone_surrogates(text: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Return the place of each lone surrogate in JSON *text* with what is wrong there, and the text without them.

    What is no JSON for other reasons, too, comes back as it is.
    """
    mended = without_lone_surrogates(text)
    if mended == text:
        return [], text
    try:
        # A float is read whatever the number of digits.
        value = json.loads(text.decode(), parse_int=float)
    except (ValueError, RecursionError):
        return [], text
    faults = islice(character_faults(value, _SURROGATE), MOST_FAULTS)
    # Of a key that stands twice only the last value is seen here.
    return [(each.name, each.description) for each in faults] or [("", "Half a surrogate pair is not allowed")], mended
