"""Which page of a list is asked for, and how its neighbour is asked for (contract 1.4, Pages).

``marker`` is what most OpenStack services call ``offset``. ``sort`` and ``with_count`` are those of the OpenStack
API guidelines. ``offset_value`` is what the definition at the offset was sorted by when it was shown: where that has
changed since, the next page still begins where the last one ended.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from monasca_events_api.errors import Fault, Invalid
from monasca_events_api.http.query import text, truth, whole_number
from monasca_events_api.storage.definition_pages import CREATION, KEYS, Order

DIRECTIONS = ("asc", "desc")
SORTS = tuple(f"{key}{direction}" for key in KEYS for direction in ("", *(f":{each}" for each in DIRECTIONS)))
PARAMETERS = ("limit", "offset", "marker", "offset_value", "sort", "with_count")


Reader = Callable[[str, str], Any]
"""Is given the name of a parameter and its text, and returns its value. Raises Invalid."""

VALUES: Mapping[str, Reader] = {"name": text, "updated_at": partial(whole_number, least=0, most=10**18 - 1)}
"""What reads an ``offset_value``, for each key that a change gives another value."""


class PageRequest(NamedTuple):
    """Up to *limit* definitions in *order*, behind the one with the id *offset*; how many there are, if asked for.

    *offset_value* is what that one was sorted by when it was shown, None for what it is sorted by now. *filters* are
    columns and the values that they must have.
    """

    limit: int
    offset: str | None
    offset_value: Any
    order: Order
    with_count: bool
    filters: Mapping[str, Any]


def page_request(query: Mapping[str, str], most: int, filters: Mapping[str, Reader]) -> PageRequest:
    """Return what *query* asks for; a page has at most *most* definitions. Raises Invalid with every fault.

    *filters* are the parameters that choose from the list.
    """
    readers: dict[str, Reader] = {
        "limit": partial(whole_number, least=1, most=most),
        "offset_value": partial(_offset_value, query),
        "sort": _order,
        "with_count": truth,
        **filters,
    }
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, read in readers.items():
        if name in query:
            try:
                found[name] = read(name, query[name])
            except Invalid as invalid:
                faults += invalid.faults
    if "offset" in query and "marker" in query:
        faults.append(Fault("querystring", "marker", "Stands beside offset: only one of them may"))
    if faults:
        raise Invalid(faults)
    return PageRequest(
        limit=found.pop("limit", most),
        offset=query.get(offset_name(query)),
        offset_value=found.pop("offset_value", None),
        order=found.pop("sort", CREATION),
        with_count=found.pop("with_count", False),
        filters=found,
    )


def offset_name(query: Mapping[str, str]) -> str:
    """Return the name by which *query* calls the offset."""
    return "marker" if "marker" in query else "offset"


def next_query(query: Mapping[str, str], last: str, value: str | int | None) -> str:
    """Return the query of the page behind the definition with the id *last*, which is sorted by *value*."""
    found = {**query, offset_name(query): last}
    return urlencode(found if value is None else {**found, "offset_value": value})


def _offset_value(query: Mapping[str, str], name: str, value: str) -> Any:
    read = VALUES.get(query.get("sort", "").partition(":")[0])
    if read is None or offset_name(query) not in query:
        raise Invalid([Fault("querystring", name, f"Needs offset or marker, and sort by {' or '.join(VALUES)}")])
    return read(name, value)


def _order(_name: str, text: str) -> Order:
    if text not in SORTS:
        raise Invalid(
            [Fault("querystring", "sort", f"Must be one of {', '.join(KEYS)}, perhaps with :asc or :desc behind it")]
        )
    key, _, direction = text.partition(":")
    return Order(key, direction == "desc")
