"""No request reaches the application in two readings, and none inside another (contract 1; RFC 9112, 11.2)."""

from typing import NamedTuple

import httpx
import pytest

from api.examples import unique
from api.running_service import RunningService
from door.attacks import ATTACKS
from door.proxy import Proxy
from door.wire import REQUEST_ID, Address, Answer, exchange, final, request, served

WAYS = ("direct", "proxied")


class Outcome(NamedTuple):
    """What came back, and path and request id of each request that reached the application."""

    answers: list[Answer]
    served: list[tuple[str, str]]


@pytest.fixture(scope="module")
def outcomes(service: RunningService, proxy: Proxy) -> dict[tuple[str, str], Outcome]:
    """Every attack, both ways; the log is read when all are over, so that none comes late."""
    addresses: dict[str, Address] = {"direct": service.address, "proxied": proxy.address}
    tokens = {(way, name): unique("token") for way in WAYS for name in ATTACKS}
    found = {}
    for (way, name), token in tokens.items():
        second = request("GET", f"/{token}/second")
        sent = ATTACKS[name].bytes_of(f"/{token}/first".encode(), second)
        found[way, name] = final(exchange(addresses[way], sent))
    log = service.log()
    return {key: Outcome(found[key], served(log, token)) for key, token in tokens.items()}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("way", WAYS)
def test_the_application_sees_it_in_one_reading(outcomes: dict[tuple[str, str], Outcome], way: str, name: str) -> None:
    paths = tuple(path for path, _ in outcomes[way, name].served)
    assert paths == getattr(ATTACKS[name], way)


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("way", WAYS)
def test_what_is_answered_is_what_was_served(outcomes: dict[tuple[str, str], Outcome], way: str, name: str) -> None:
    outcome = outcomes[way, name]
    identifiers = [answer.headers[REQUEST_ID] for answer in outcome.answers if REQUEST_ID in answer.headers]
    assert identifiers == [identifier for _, identifier in outcome.served]


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if not attack.direct])
def test_what_is_refused_is_told_so_once(outcomes: dict[tuple[str, str], Outcome], name: str) -> None:
    (answer,) = outcomes["direct", name].answers
    assert answer.status in {400, 413, 431, 501}


def test_afterwards_everybody_gets_the_answer_to_the_own_question(
    outcomes: dict[tuple[str, str], Outcome], service: RunningService, proxy: Proxy
) -> None:
    assert outcomes
    token = unique("token")
    identifiers = [
        (str(number), httpx.get(f"{proxy.url}/{token}/{number}", trust_env=False).headers[REQUEST_ID])
        for number in range(50)
    ]
    assert served(service.log(), token) == identifiers


@pytest.fixture(params=WAYS)
def address(request: pytest.FixtureRequest, service: RunningService, proxy: Proxy) -> Address:
    """Where the service is reached, both ways."""
    return service.address if request.param == "direct" else proxy.address


def test_a_refusal_takes_the_requests_behind_it_along(address: Address, service: RunningService) -> None:
    token = unique("token")
    bad = request("GET", f"/{token}/bad", "Content-Length: x")
    found = exchange(address, bad + request("GET", f"/{token}/behind") * 20)
    assert ([answer.status for answer in found], served(service.log(), token)) == ([400], [])


def test_headers_of_one_request_are_not_those_of_the_next(address: Address) -> None:
    first = request("GET", "/", "Expect: 100-continue", "Accept: text/plain")
    found = final(exchange(address, first + request("GET", "/v2.0")))
    assert len(found) == 2
    assert b'"http://localhost/v2.0"' in found[1].body
