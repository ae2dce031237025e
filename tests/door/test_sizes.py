"""Headers and bodies of every size around the limits, with memory flat (contract 1.7)."""

import json
import resource
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.examples import event, transform, unique
from api.running_service import EVENTS, TRANSFORMS, RunningService, Tenant
from door.memory import MEBIBYTE, grown_by
from door.proxy import Proxy
from door.wire import chunked, exchange, request
from servers.run import folder_of_the_run

LIMIT = 10 * MEBIBYTE
SERVER_LIMIT = 12 * MEBIBYTE
HEADER_LIMIT = 262_144
PIECE = 65_536


@pytest.fixture(params=["direct", "proxied"])
def url(request: pytest.FixtureRequest, service: RunningService, proxy: Proxy) -> str:
    """Where the service is reached, both ways."""
    return service.url if request.param == "direct" else proxy.url


def pieces(size: int) -> Iterator[bytes]:
    """Yield the bytes of one event, padded to *size*, piece by piece."""
    start = b'{"event_type": "a", "message_id": "m", "timestamp": "2026-01-02T03:04:05"}'
    yield start
    left = size - len(start)
    while left > 0:
        yield b" " * min(left, PIECE)
        left -= PIECE


@pytest.mark.parametrize(
    ("size", "status"),
    [(LIMIT - 1, 204), (LIMIT, 204), (LIMIT + 1, 413), (SERVER_LIMIT - 100_000, 413)],
)
@pytest.mark.parametrize("counted", [True, False], ids=["with a length", "in chunks"])
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(url: str, size: int, status: int, counted: bool) -> None:
    length = {"Content-Length": str(size)} if counted else {}
    answer = httpx.post(f"{url}{EVENTS}", content=pieces(size), headers=length, trust_env=False, timeout=30)
    assert answer.status_code == status


@pytest.mark.parametrize("size", [LIMIT + 1, SERVER_LIMIT - 100_000])
@pytest.mark.parametrize("counted", [True, False], ids=["with a length", "in chunks"])
def test_who_sends_more_is_told_the_limit(url: str, size: int, counted: bool) -> None:
    length = {"Content-Length": str(size)} if counted else {}
    answer = httpx.post(f"{url}{EVENTS}", content=pieces(size), headers=length, trust_env=False, timeout=30)
    assert answer.json()["description"] == "A body may have at most 10485760 bytes"


@pytest.fixture(scope="module")
def without_room() -> Iterator[RunningService]:
    """A service whose files may have little more than half a megabyte: so it is with large bodies on a full disk."""
    folder = folder_of_the_run("door-room")
    running = RunningService(folder, f"sqlite:///{folder}/door.sqlite")
    running.migrate()
    running.start()
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
    yield running
    running.stop()


@pytest.mark.parametrize("counted", [True, False], ids=["with a length", "in chunks"])
def test_a_body_for_which_there_is_no_room_is_503(without_room: RunningService, counted: bool) -> None:
    length = {"Content-Length": str(8 * MEBIBYTE)} if counted else {}
    url = f"{without_room.url}{EVENTS}"
    answer = httpx.post(url, content=pieces(8 * MEBIBYTE), headers=length, trust_env=False, timeout=30)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "no room for a body error=File too large" in without_room.log()
    assert httpx.post(url, content=pieces(1000), trust_env=False, timeout=30).status_code == 204


def test_an_answer_for_which_there_is_no_room_in_a_file_comes_all_the_same(tmp_path: Path) -> None:
    running = RunningService(tmp_path, f"sqlite:///{tmp_path}/door.sqlite")
    running.migrate()
    running.start()
    specification = json.dumps([{"event_type": "a", "traits": {f"t{n}": {"fields": "x" * 100} for n in range(480)}}])
    with running.tenant(unique("tenant")) as tenant:
        for _ in range(25):
            tenant.create(TRANSFORMS, transform(specification=specification))
        before = httpx.get(running.url + tenant.path(TRANSFORMS), trust_env=False)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
        after = httpx.get(running.url + tenant.path(TRANSFORMS), trust_env=False)
    log = running.log()
    running.stop()
    assert len(before.content) > MEBIBYTE
    assert after.content == before.content
    assert "no room for an answer, it stays in memory error=File too large" in log


@pytest.mark.parametrize("size", [SERVER_LIMIT, 64 * MEBIBYTE, 10**15])
def test_a_length_far_over_the_limit_is_413_before_the_body_comes(service: RunningService, size: int) -> None:
    (answer,) = exchange(service.address, request("POST", EVENTS, f"Content-Length: {size}", "Expect: 100-continue"))
    assert answer.status == 413


def test_a_length_of_thousands_of_digits_is_400(service: RunningService) -> None:
    (answer,) = exchange(service.address, request("POST", EVENTS, f"Content-Length: {'9' * 5000}"))
    assert answer.status == 400


@pytest.mark.parametrize("counted", [True, False], ids=["with a length", "in chunks"])
@pytest.mark.parametrize("size", [LIMIT + 1, SERVER_LIMIT - 2000, 64 * MEBIBYTE])
def test_memory_is_flat_whatever_is_sent(service: RunningService, size: int, counted: bool) -> None:
    length = {"Content-Length": str(size)} if counted else {}

    def send() -> None:
        try:
            answer = httpx.post(
                f"{service.url}{EVENTS}", content=pieces(size), headers=length, trust_env=False, timeout=30
            )
            assert answer.status_code == 413
        except (httpx.WriteError, httpx.ReadError):
            assert size > SERVER_LIMIT  # the server hangs up on who goes on sending

    assert grown_by(service.process.pid, lambda: [send() for _ in range(3)] and None) < 30 * MEBIBYTE


@pytest.mark.parametrize(("chunks", "status"), [(60_000, 204), (120_000, 400)])
def test_a_body_is_not_read_in_as_many_chunks_as_a_client_likes(
    service: RunningService, chunks: int, status: int
) -> None:
    body = json.dumps(event(x="a" * chunks)).encode()
    pieces = chunked(*(body[index : index + 1] for index in range(len(body))))
    (answer,) = exchange(service.address, request("POST", EVENTS, "Transfer-Encoding: chunked") + pieces)
    assert answer.status == status


@pytest.mark.parametrize("size", [1000, 8191, 8192, 8193, 65_536, HEADER_LIMIT - 200])
def test_a_header_up_to_the_limit_is_read(service: RunningService, size: int) -> None:
    (answer,) = exchange(service.address, request("GET", "/v2.0", f"X-Long: {'a' * size}"))
    assert answer.status == 200


@pytest.mark.parametrize("size", [HEADER_LIMIT, HEADER_LIMIT + 1, 4 * HEADER_LIMIT])
def test_a_header_over_the_limit_is_431(service: RunningService, size: int) -> None:
    (answer,) = exchange(service.address, request("GET", "/v2.0", f"X-Long: {'a' * size}"))
    assert answer.status == 431


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (14_000, 200), (20_000, 400), (300_000, 400)])
def test_the_proxys_limit_of_a_header_is_lower(proxy: Proxy, size: int, status: int) -> None:
    (answer,) = exchange(proxy.address, request("GET", "/v2.0", f"X-Long: {'a' * size}"))
    assert answer.status == status


@pytest.mark.parametrize("size", [64, 65, 1000, 50_000])
def test_a_long_id_is_404_and_a_long_parameter_400(tenant: Tenant, size: int) -> None:
    long = "a" * size
    with tenant.service.tenant(unique("tenant")) as client:
        assert client.get(f"/v2.0/transforms/{long}").status_code == 404
        assert client.get(f"/v2.0/transforms?offset={long}").status_code == 400
        assert client.get(f"/v2.0/transforms?limit={'9' * size}").status_code == 400


@pytest.mark.parametrize("query", ["%" * 200_000, "a&" * 100_000, "%ff" * 60_000, f"name={'a' * 8188}"])
@pytest.mark.parametrize("path", ["/v2.0", "/healthcheck", TRANSFORMS])
def test_a_long_query_is_refused_unread(service: RunningService, path: str, query: str) -> None:
    (answer,) = exchange(service.address, request("GET", f"{path}?{query}"))
    (fault,) = json.loads(answer.body)["errors"]
    assert (answer.status, fault["location"], fault["name"]) == (400, "querystring", "")
    assert fault["description"] == "Longer than 8192 characters"


def test_a_body_within_the_limit_that_holds_millions_of_items_does_not_fill_the_memory(
    service: RunningService, tenant: Tenant
) -> None:
    items = b"[" + b"1," * (5 * MEBIBYTE - 2) + b"1]"

    def send() -> None:
        assert tenant.post(EVENTS, content=items).status_code == 400

    assert grown_by(service.process.pid, send) < 500 * MEBIBYTE
    assert tenant.post_json(EVENTS, event()).status_code == 204


LONG_TEXT = b"a" * (9 * MEBIBYTE)
BACKSLASHES = b"\\" * (9 * MEBIBYTE)
EVENT = b'{"event_type": "a", "message_id": "m", "timestamp": "2026-01-02T03:04:05", "x": [%s"%s"]}'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(EVENT % (b"[], " * 200, LONG_TEXT), id="behind many brackets"),
        pytest.param(EVENT % (b"[], " * 200, BACKSLASHES), id="of backslashes behind many brackets"),
        pytest.param(b'["%s",]' % BACKSLASHES, id="of backslashes in what is no JSON"),
    ],
)
def test_a_long_text_in_a_body_within_the_limit_does_not_fill_the_memory(
    service: RunningService, tenant: Tenant, body: bytes
) -> None:
    def send() -> None:
        assert tenant.post(EVENTS, content=body).status_code in {204, 400}

    assert grown_by(service.process.pid, send) < 150 * MEBIBYTE


LONG_KEY = b"a" * 500_000
TWICE = b'{"%s": {%s}}' % (LONG_KEY, b", ".join(b'"%d": 1, "%d": 1' % (number, number) for number in range(100)))
NULS = b'{"%s": [%s]}' % (LONG_KEY, b", ".join([b'"\\u0000"'] * 100))
HALVES = b'{"%s": [%s]}' % (LONG_KEY, b", ".join([b'"\\ud800"'] * 100))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(TRANSFORMS, TWICE, id="keys that stand twice"),
        pytest.param(TRANSFORMS, NULS, id="characters"),
        pytest.param(EVENTS, b"[%s]" % b", ".join([HALVES] * 10), id="events"),
    ],
)
def test_a_long_key_above_many_faults_is_told_in_short(tenant: Tenant, path: str, body: bytes) -> None:
    answer = tenant.post(path, content=body)
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 100)
    assert len(answer.content) < 100_000


def test_a_long_key_that_is_not_known_is_told_in_short(tenant: Tenant) -> None:
    answer = tenant.post_json(TRANSFORMS, {**transform(), "a" * 500_000: 1})
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["description"]) == (400, "Unknown key")
    assert len(answer.content) < 1000


def test_a_text_without_an_end_is_read_once(tenant: Tenant) -> None:
    answer = tenant.post(EVENTS, content=b'{"' + b'\\"' * 50_000, timeout=5)
    assert answer.json()["description"] == "Not JSON: Input data was truncated"
