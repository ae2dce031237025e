"""What neither an answer nor a log may show, and how a test hears all that is answered (contract 1.7)."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import httpx

from door import wire

SECRETS = {
    "a statement of SQL": rb"\b(SELECT .{1,200} FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)\b",
    "a driver or the database layer": rb"sqlalchemy\.|sqlite3\.|psycopg|pymysql|IntegrityError|OperationalError",
    "a trace": rb"Traceback|File \"/|line \d+, in ",
    "a path of this machine": rb"site-packages|/usr/lib/python",
    "a setting that is secret": rb"(?i)password\s*[=:]",
    "a password of the tests' servers": rb"[a-z]-password\b",
}
FOLLOWING = 4000
"""So many bytes behind it say where a trace comes from."""
IN_LOGS = ("a statement of SQL", "a trace", "a setting that is secret", "a password of the tests' servers")


def leaks(text: bytes, kinds: Iterable[str] = SECRETS) -> list[tuple[str, bytes]]:
    """Return what *text* shows of *kinds*, each with its first place and what follows there."""
    places = {what: re.search(SECRETS[what], text) for what in kinds}
    return [(what, text[place.start() :][:FOLLOWING]) for what, place in places.items() if place]


@contextmanager
def every_answer(hear: Callable[[bytes], object]) -> Iterator[None]:
    """Let *hear* have every answer of the service, header and body, until the end of the ``with``."""
    # By wrapping what every HTTP client of the tests calls, and in what reads bytes: so no test can forget it.
    send = httpx.Client.send

    def send_and_hear(self: httpx.Client, request: httpx.Request, **options: object) -> httpx.Response:
        answer = send(self, request, **options)  # type: ignore[arg-type]
        if not request.url.path.startswith("/v3"):  # Keystone's, who says tokens to whom they belong
            hear(repr(answer.headers).encode() + answer.content)
        return answer

    httpx.Client.send = send_and_hear  # type: ignore[method-assign,assignment]
    wire.hearers.append(hear)
    yield
    wire.hearers.remove(hear)
    httpx.Client.send = send  # type: ignore[method-assign]
