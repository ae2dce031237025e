"""Nothing of tokens, passwords, SQL or traces in any answer or log (contract 1.7); pytest runs this file last of these.

It asks for some trouble of its own, then searches all that the tests of this folder have been answered, and all logs.
"""

import socket

import pytest

from api.running_service import RunningService
from door.cloud import Cloud
from door.conftest import said
from door.leaks import IN_LOGS, SECRETS, every_answer, leaks
from door.wire import answers, next_answer
from servers.keystone_accounts import ACCOUNTS

TROUBLE = ("%00", "%ff%fe", "%ed%a0%80", "'\"", "a" * 4000)
NO_CONTENT = b"HTTP/1.1 204 No Content\r\nx-a: b\r\n\r\n"


@pytest.fixture(scope="module")
def logs(cloud: Cloud, service: RunningService) -> bytes:
    """What both services have logged, after some trouble."""
    with cloud.client("full") as client:
        for text in TROUBLE:
            client.get(f"/v2.0/stream-definitions/{text}")
            client.get("/v2.0/transforms", params={"name": text, "token": "x"})
            client.post("/v2.0/transforms", content=f'{{"name": "{text}"}}'.encode())
            client.post("/v2.0/events?tenant_id=" + text, content=b"{")
    return (cloud.log() + service.log()).encode()


@pytest.mark.parametrize("what", SECRETS)
def test_no_answer_shows(logs: bytes, what: str) -> None:
    assert logs
    assert said
    assert [shown for answer in said for shown in leaks(answer, [what])] == []


@pytest.mark.parametrize("what", IN_LOGS)
def test_no_log_shows(logs: bytes, what: str) -> None:
    assert leaks(logs, [what]) == []


def test_no_token_is_answered_or_logged(logs: bytes, cloud: Cloud) -> None:
    tokens = [token.encode() for token in (*cloud.tokens.values(), *cloud.used_up)]
    assert [token for token in tokens if token in logs or any(token in answer for answer in said)] == []


def test_no_password_is_answered_or_logged(logs: bytes) -> None:
    passwords = {account.password.encode() for account in ACCOUNTS.values()} - {b"password"}
    assert [each for each in passwords if each in logs or any(each in answer for answer in said)] == []


def test_nothing_was_a_defect_of_the_service(logs: bytes) -> None:
    assert b"defect request_id" not in logs
    assert b"status=500" not in logs


def test_an_answer_that_is_taken_apart_as_bytes_is_heard() -> None:
    heard: list[bytes] = []
    with every_answer(heard.append):
        answers(NO_CONTENT)
    assert heard == [NO_CONTENT]


def test_an_answer_on_a_connection_that_stays_open_is_heard() -> None:
    heard: list[bytes] = []
    here, there = socket.socketpair()
    with here, there, every_answer(heard.append):
        there.sendall(NO_CONTENT)
        next_answer(here)
    assert heard == [NO_CONTENT]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"error: UPDATE outbox SET reason = 'x'", "a statement of SQL"),
        (b"(psycopg.errors.DeadlockDetected)", "a driver or the database layer"),
        (b'  File "/srv/relay.py", line 1, in run', "a trace"),
        (b"in /srv/site-packages/waitress", "a path of this machine"),
        (b"Password = hunter2", "a setting that is secret"),
        (b"no login with admin-password", "a password of the tests' servers"),
    ],
)
def test_what_is_searched_for_would_be_found(text: bytes, what: str) -> None:
    assert [found for found, _ in leaks(b"status=503 " + text)] == [what]
