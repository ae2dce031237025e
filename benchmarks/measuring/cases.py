"""The cases of the tables (issue 7), as requests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from measuring import bodies
from measuring.load import Request

Ids = Mapping[str, Sequence[str]]
DEFINITIONS = 1000
"""How many of each kind the tenant has when the measurements begin."""


@dataclass(frozen=True)
class Case:
    """A row of the table; *request* is given the API's path and the tenant's ids.

    *events* says how many there are in a body, 0 for other cases; *changes* whether work is left over for the relay;
    *parts* whether the floor of the parts alone knows it.
    """

    name: str
    request: Callable[[str, Ids], Request]
    events: int = 0
    changes: bool = False
    parts: bool = False

    @property
    def uses_database(self) -> bool:
        """Whether the case costs the database something."""
        return self.events == 0


def events(number: int, api: str) -> Request:
    """Return the request that posts *number* events, as a list, one as an object."""
    head, tail = ("[", "]") if number > 1 else ("", "")
    return Request("POST", [f"{api}/events"], bodies.text(bodies.EVENT), number, head, tail)


def get_one(api: str, ids: Ids) -> Request:
    """Return the request for any one stream definition."""
    return Request("GET", [f"{api}/stream-definitions/{each}" for each in ids["stream-definitions"]])


def get_first(api: str, _ids: Ids) -> Request:
    """Return the request for a list of ten."""
    return Request("GET", [f"{api}/stream-definitions?limit=10"])


def get_page(api: str, ids: Ids) -> Request:
    """Return the request for a page of fifty from anywhere in the list."""
    known = ids["stream-definitions"]
    starts = known[: max(1, len(known) - 51)]
    return Request("GET", [f"{api}/stream-definitions?limit=50&offset={each}" for each in starts])


def get_default_page(api: str, _ids: Ids) -> Request:
    """Return the request for a list as clients of 2015 asked for it: a page of fifty, without saying so."""
    return Request("GET", [f"{api}/stream-definitions"])


def post_stream_definition(api: str, _ids: Ids) -> Request:
    """Return the request that creates a stream definition."""
    return Request("POST", [f"{api}/stream-definitions"], bodies.text(bodies.STREAM_DEFINITION))


def post_transform(api: str, _ids: Ids) -> Request:
    """Return the request that creates a transform."""
    return Request("POST", [f"{api}/transforms"], bodies.text(bodies.TRANSFORM))


def get_transforms(api: str, _ids: Ids) -> Request:
    """Return the request for a page of fifty transforms."""
    return Request("GET", [f"{api}/transforms"])


def patch_transform(api: str, ids: Ids) -> Request:
    """Return the request that changes any one transform; no peer knows it."""
    changed = bodies.text({"description": "changed @"})
    return Request("PATCH", [f"{api}/transforms/{each}" for each in ids["transforms"]], changed)


def events_case(number: int) -> Case:
    """Return the case of *number* events in a body."""
    name = f"POST {number} event{'s' if number > 1 else ''}"
    return Case(name, lambda api, _ids: events(number, api), events=number)


# Reads first: what the others create must not change what these find.
CASES = (
    Case("GET by id", get_one, parts=True),
    Case("GET list of 10", get_first, parts=True),
    Case("GET page of 50", get_page),
    Case("GET list", get_default_page, parts=True),
    Case("GET transforms", get_transforms),
    *(events_case(number) for number in (1, 100, 1000)),
    Case("POST stream definition", post_stream_definition, changes=True, parts=True),
    Case("POST transform", post_transform, changes=True),
    Case("PATCH transform", patch_transform, changes=True),
)
WSGI_SHARE = {"GET by id": 0.45, "GET list of 10": 0.40}
"""Which share of a bare answer's requests a second is the goal."""
KAFKA_SHARE = {"POST 100 events": 1.25}
"""How many times the library's own CPU an event may cost."""


def mix(api: str, ids: Ids) -> list[Request]:
    """Return all of it together, as a cloud might do it: what is created is deleted again."""
    weights = {get_one: 30, get_first: 5, get_page: 5, post_stream_definition: 4, post_transform: 4}
    requests = [_weighted(make(api, ids), weight) for make, weight in weights.items()]
    requests += [_weighted(events(number, api), weight) for number, weight in {1: 40, 10: 4, 100: 1}.items()]
    return [*requests, Request("DELETE", [""], weight=9)]


def _weighted(request: Request, weight: float) -> Request:
    return Request(request.method, request.paths, request.part, request.parts, request.head, request.tail, weight)
