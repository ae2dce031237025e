"""Connections of the service's own server: when they stay, when they end, what is read from them (RFC 9112, 9)."""

import socket
from collections.abc import Iterator

import pytest

from api.examples import stream_definition, unique
from api.running_service import STREAM_DEFINITIONS, RunningService, Tenant
from door.proxy import Proxy
from door.wire import (
    Address,
    answers,
    chunked,
    exchange,
    final,
    next_answer,
    read_to_the_end,
    received,
    request,
    served,
)

LIVE = "/healthcheck/live"
EVENT = b'{"event_type": "a", "message_id": "m", "timestamp": "2026-01-02T03:04:05"}'
EVENTS = "/v2.0/events"


@pytest.fixture(params=["direct", "proxied"])
def address(request: pytest.FixtureRequest, service: RunningService, proxy: Proxy) -> Address:
    """Where the service is reached, both ways."""
    return service.address if request.param == "direct" else proxy.address


@pytest.fixture
def connection(service: RunningService) -> Iterator[socket.socket]:
    """A connection to the service itself."""
    with socket.create_connection(service.address, timeout=30) as connection:
        yield connection


def test_a_connection_stays_after_204(connection: socket.socket) -> None:
    for _ in range(3):
        connection.sendall(request("POST", EVENTS, body=EVENT))
        assert next_answer(connection).status == 204


def test_a_connection_stays_after_304(connection: socket.socket, tenant: Tenant) -> None:
    created = tenant.create(STREAM_DEFINITIONS, stream_definition())
    path = tenant.path(f"{STREAM_DEFINITIONS}/{created['id']}")
    connection.sendall(request("GET", path, 'If-None-Match: "1"'))
    assert next_answer(connection).status == 304
    connection.sendall(request("GET", path))
    assert next_answer(connection).status == 200


def test_204_has_neither_a_length_nor_an_encoding(connection: socket.socket) -> None:
    connection.sendall(request("POST", EVENTS, body=EVENT))
    headers = next_answer(connection).headers
    assert headers.keys() & {"content-length", "transfer-encoding", "connection"} == set()


@pytest.mark.parametrize("path", [LIVE, "/", "/nowhere", "/v2.0/stream-definitions", "/v2.0/events", "/healthcheck"])
def test_head_is_answered_without_a_body_and_the_connection_stays(connection: socket.socket, path: str) -> None:
    connection.sendall(request("HEAD", path))
    head = next_answer(connection, head=True)
    connection.sendall(request("GET", LIVE))
    assert (head.body, next_answer(connection).body) == (b"", b'{"process":"OK"}')


def test_pipelined_requests_are_answered_in_order(address: Address, service: RunningService) -> None:
    token = unique("token")
    sent = b"".join(request("GET", f"/{token}/{number}") for number in range(40))
    found = exchange(address, sent)
    identifiers = [answer.headers["x-openstack-request-id"] for answer in found]
    assert served(service.log(), token) == [(str(number), each) for number, each in enumerate(identifiers)]


def test_pipelined_answers_without_a_body_do_not_shift_the_others(address: Address, tenant: Tenant) -> None:
    created = tenant.create(STREAM_DEFINITIONS, stream_definition())
    path = tenant.path(f"{STREAM_DEFINITIONS}/{created['id']}")
    unchanged = request("GET", path, 'If-None-Match: "1"')
    found = exchange(
        address, request("POST", EVENTS, body=EVENT) + unchanged + request("DELETE", path) + request("GET", LIVE)
    )
    assert [answer.status for answer in found] == [204, 304, 204, 200]


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("encoded", [False, True], ids=["with a length", "in chunks"])
def test_a_body_nobody_asks_for_is_not_the_next_request(
    address: Address, service: RunningService, method: str, encoded: bool
) -> None:
    token = unique("token")
    hidden = request("GET", f"/{token}/hidden")
    sent = (
        request(method, f"/{token}/first", "Transfer-Encoding: chunked") + chunked(hidden)
        if encoded
        else request(method, f"/{token}/first", body=hidden)
    )
    found = exchange(address, sent + request("GET", f"/{token}/next"), heads=method == "HEAD")
    assert (len(found), [path for path, _ in served(service.log(), token)]) == (2, ["first", "next"])


@pytest.mark.parametrize("value", ["close", "Close", "close, x", "x,close", "keep-alive, close"])
@pytest.mark.parametrize("first", [request("GET", LIVE), request("POST", EVENTS, body=EVENT)], ids=["200", "204"])
def test_who_asks_for_the_end_of_the_connection_gets_it(address: Address, first: bytes, value: str) -> None:
    closing = first.replace(b"Host:", f"Connection: {value}\r\nHost:".encode())
    (answer,) = answers(received(address, closing + request("GET", LIVE)))
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("version", ["1.0"])
@pytest.mark.parametrize(("method", "path"), [("GET", LIVE), ("HEAD", LIVE), ("POST", EVENTS)])
def test_http_1_0_ends_the_connection(connection: socket.socket, method: str, path: str, version: str) -> None:
    connection.sendall(request(method, path, version=version, body=EVENT if method == "POST" else b""))
    (answer,) = answers(read_to_the_end(connection), heads=method == "HEAD")
    assert answer.headers["connection"] == "close"


def test_http_1_0_keeps_the_connection_when_asked_to(connection: socket.socket) -> None:
    for _ in range(2):
        connection.sendall(request("GET", LIVE, "Connection: keep-alive", version="1.0"))
        assert next_answer(connection).headers["connection"] == "Keep-Alive"


def test_http_1_0_ends_the_connection_after_204_though_asked_not_to(connection: socket.socket) -> None:
    connection.sendall(request("POST", EVENTS, "Connection: keep-alive", body=EVENT, version="1.0"))
    (answer,) = answers(read_to_the_end(connection))
    assert answer.status == 204


def test_who_expects_to_be_told_to_go_on_is_told_so(connection: socket.socket) -> None:
    head, body = request("POST", EVENTS, "Expect: 100-continue", body=EVENT).split(b"\r\n\r\n")
    connection.sendall(head + b"\r\n\r\n")
    assert next_answer(connection).status == 100
    connection.sendall(body)
    assert next_answer(connection).status == 204


@pytest.mark.parametrize("lines", [[], ["Content-Length: 0"]], ids=["no length", "length 0"])
def test_who_expects_it_without_a_body_is_answered_at_once(connection: socket.socket, lines: list[str]) -> None:
    connection.sendall(request("GET", LIVE, "Expect: 100-continue", *lines))
    assert next_answer(connection).status == 200


def test_who_expects_it_for_too_much_is_told_so_at_once(connection: socket.socket) -> None:
    connection.sendall(request("POST", EVENTS, "Expect: 100-continue", "Content-Length: 20000000"))
    assert next_answer(connection).status == 413


def test_http_1_0_is_never_told_to_go_on(service: RunningService) -> None:
    found = exchange(service.address, request("POST", EVENTS, "Expect: 100-continue", body=EVENT, version="1.0"))
    assert [answer.status for answer in found] == [204]


def test_a_request_that_comes_byte_by_byte_is_one_request(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sent = request("POST", EVENTS, "Transfer-Encoding: chunked") + chunked(EVENT[:20], EVENT[20:])
    for byte in sent:
        connection.sendall(bytes([byte]))
    assert next_answer(connection).status == 204


def test_clients_that_go_away_early_leave_no_trace_in_the_log(service: RunningService) -> None:
    whole = request("POST", EVENTS, body=EVENT)
    reset = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    for length in range(1, len(whole) + 1, 3):
        with socket.create_connection(service.address) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            connection.sendall(whole[:length])
    assert [answer.status for answer in exchange(service.address, request("GET", LIVE))] == [200]
    assert "Traceback" not in service.log()


def test_a_gap_in_a_header_costs_nothing(service: RunningService) -> None:
    # Read by waitress's expression this would take minutes, in which nobody is served.
    gaps = request("GET", LIVE, *(f"X:{' ' * 60_000}a" for _ in range(4)))
    assert [answer.status for answer in final(exchange(service.address, gaps))] == [400]


@pytest.mark.parametrize("before", [b"0;", b"0\r\n"], ids=["extension", "trailer"])
def test_a_line_between_chunks_that_does_not_end_is_refused(service: RunningService, before: bytes) -> None:
    head = request("POST", EVENTS, "Transfer-Encoding: chunked")
    found = exchange(service.address, head + before + b"a" * 100_000)
    assert [answer.status for answer in found] == [400]
