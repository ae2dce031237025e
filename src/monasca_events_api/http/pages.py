"""Which page of a list is asked for, and how its neighbour is asked for (contract 1.4, Pages).

``marker`` is what most OpenStack services call ``offset``. ``sort`` and ``with_count`` are those of the OpenStack
API guidelines.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from monasca_events_api.errors import Fault, Invalid
from monasca_events_api.http.query import truth, whole_number
from monasca_events_api.storage.definition_pages import CREATION, KEYS, Order

DIRECTIONS = ("asc", "desc")
SORTS = tuple(f"{key}{direction}" for key in KEYS for direction in ("", *(f":{each}" for each in DIRECTIONS)))
PARAMETERS = ("limit", "offset", "marker", "sort", "with_count")


class PageRequest(NamedTuple):
    """Up to *limit* definitions in *order*, behind the one with the id *offset*; how many there are, if asked for."""

    limit: int
    offset: str | None
    order: Order
    with_count: bool


def page_request(query: dict[str, str], most: int) -> PageRequest:
    """Return what *query* asks for; a page has at most *most* definitions. Raises Invalid."""
    if "offset" in query and "marker" in query:
        raise Invalid([Fault("querystring", "marker", "Stands beside offset: only one of them may")])
    return PageRequest(
        limit=whole_number("limit", query["limit"], 1, most) if "limit" in query else most,
        offset=query.get(offset_name(query)),
        order=_order(query["sort"]) if "sort" in query else CREATION,
        with_count=truth("with_count", query.get("with_count", "false")),
    )


def offset_name(query: dict[str, str]) -> str:
    """Return the name by which *query* calls the offset."""
    return "marker" if "marker" in query else "offset"


def next_query(query: dict[str, str], last: str) -> str:
    """Return the query of the page behind the definition with the id *last*."""
    return urlencode({**query, offset_name(query): last})


def _order(text: str) -> Order:
    if text not in SORTS:
        raise Invalid(
            [Fault("querystring", "sort", f"Must be one of {', '.join(KEYS)}, perhaps with :asc or :desc behind it")]
        )
    key, _, direction = text.partition(":")
    return Order(key, direction == "desc")
