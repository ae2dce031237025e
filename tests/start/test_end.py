"""``pserve`` told to end (SIGTERM): who has sent a request gets the answer, and the relay gives its lease back."""

import json
import os
import signal
import socket
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from monasca_events_api.serving.worker import DRAIN_SECONDS
from servers.api_process import ApiProcess
from servers.ports import LOOPBACK
from servers.processes import wait_until
from start.programs import migrated
from start.several_workers import MEASURE, HeldUp, reload, two_workers, workers

BODY = json.dumps({"name": "all", "specification": [{"event_type": "*", "traits": {}}]}).encode()
HEAD = f"POST /v2.0/transforms HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()


@pytest.fixture
def api(tmp_path: Path) -> ApiProcess:
    migrated(tmp_path)
    api = ApiProcess(tmp_path, {}, sample="development.ini", afresh=True)
    api.start()
    return api


def holder(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "var" / "monasca-events.sqlite", timeout=10)) as connection:
        return str(connection.execute("SELECT holder FROM relay_lease").fetchone()[0])


def connect(api: ApiProcess) -> socket.socket:
    return socket.create_connection((LOOPBACK, api.port), timeout=20)


def listens(api: ApiProcess) -> bool:
    try:
        connect(api).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset: closed in the middle of the connect
        return False
    return True


def test_a_request_in_hand_is_answered(api: ApiProcess) -> None:
    with connect(api) as client:
        client.sendall(HEAD + BODY[:10])
        # Its beginning has been read once a later request has been answered.
        assert api.answers()
        os.kill(api.pid, signal.SIGTERM)
        wait_until(lambda: not listens(api), "nobody new is let in")
        client.sendall(BODY[10:])
        assert client.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    api.stop()


GET = b"GET /healthcheck/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


def answer(client: socket.socket) -> bytes:
    """Return the answer to a GET, whose body ends with it."""
    said = b""
    while not said.endswith(b"}"):
        more = client.recv(1000)
        assert more, "closed within the answer"
        said += more
    return said


def on_a_kept_connection(api: ApiProcess) -> bytes:
    """Ask on a connection that is there since before the end begins; return the answer."""
    with connect(api) as client:
        client.sendall(GET)
        answer(client)
        os.kill(api.pid, signal.SIGTERM)
        wait_until(lambda: not listens(api), "nobody new is let in")
        client.sendall(GET)
        return answer(client)


def test_a_request_that_comes_on_a_kept_connection_is_answered(api: ApiProcess) -> None:
    assert on_a_kept_connection(api).startswith(b"HTTP/1.1 200 OK\r\n")
    api.stop()


def test_its_answer_says_that_the_connection_ends(api: ApiProcess) -> None:
    assert b"\r\nConnection: close\r\n" in on_a_kept_connection(api)
    api.stop()


def test_who_has_connected_before_the_end_is_answered(api: ApiProcess) -> None:
    api.pause()
    with ExitStack() as connections:
        clients = [connections.enter_context(connect(api)) for _ in range(5)]
        for client in clients:
            client.sendall(GET)
        os.kill(api.pid, signal.SIGTERM)
        api.resume()
        assert [answer(client)[:12] for client in clients] == [b"HTTP/1.1 200"] * 5
    api.stop()


def test_an_idle_connection_does_not_hold_up_the_end(api: ApiProcess) -> None:
    with connect(api):
        os.kill(api.pid, signal.SIGTERM)
        wait_until(lambda: not api.process.running, "the process has ended", seconds=DRAIN_SECONDS / 2)


def test_the_lease_is_given_back(api: ApiProcess, tmp_path: Path) -> None:
    wait_until(lambda: holder(tmp_path) != "", "a relay works")
    api.stop()
    assert holder(tmp_path) == ""


def end_in_the_middle_of_a_reload(folder: Path) -> None:
    with two_workers(folder) as api:
        before = workers(api)
        with HeldUp(api) as held_up:
            reload(api, MEASURE)
            held_up.wait_for_one()
            os.kill(api.pid, signal.SIGTERM)
            wait_until(lambda: not workers(api) & before, "those that serve have ended")
        wait_until(lambda: not api.process.running, "the process has ended", seconds=10)


def test_a_worker_that_is_just_starting_ends_too(tmp_path: Path) -> None:
    end_in_the_middle_of_a_reload(tmp_path)


def test_a_worker_that_is_just_starting_keeps_no_lease(tmp_path: Path) -> None:
    end_in_the_middle_of_a_reload(tmp_path)
    assert holder(tmp_path) == ""
