"""Bodies that are not JSON as everybody reads it, and bodies of any size (contract 1.4, 1.5 and 1.7)."""

import json
import resource
from pathlib import Path

import httpx
import pytest

from api.examples import event, stream_definition, transform, unique
from api.one_database import on_sqlite
from api.raw_http import chunked_post, post, send
from api.running_service import EVENTS, STREAM_DEFINITIONS, TRANSFORMS, RunningService, Tenant, refusal

GOOD = {STREAM_DEFINITIONS: stream_definition, TRANSFORMS: transform, EVENTS: event}
PATHS = list(GOOD)
MEBIBYTE = 1 << 20


def good(path: str) -> bytes:
    return json.dumps(GOOD[path]()).encode()


def with_member(path: str, member: bytes) -> bytes:
    """Return a good body with one member more, in the place where it does most harm."""
    return good(path)[:-1] + b", " + member + b"}"


MALFORMED = {
    "nothing": lambda _path: b"",
    "blanks": lambda _path: b"  \n",
    "no JSON": lambda _path: b"{not json}",
    "single quotes": lambda _path: b"{'name': 'x'}",
    "cut off": lambda path: good(path)[:-1],
    "more than one": lambda path: good(path) + good(path),
    "a comma at the end": lambda path: good(path)[:-1] + b",}",
    "a comment": lambda path: b"/* x */" + good(path),
    "UTF-8 with a byte order mark": lambda path: b"\xef\xbb\xbf" + good(path),
    "UTF-16": lambda path: good(path).decode().encode("utf-16"),
    "UTF-16 without a byte order mark": lambda path: good(path).decode().encode("utf-16-be"),
    "UTF-32": lambda path: good(path).decode().encode("utf-32"),
    "Latin-1": lambda path: with_member(path, '"description2": "Größe"'.encode("latin-1")),
    "an overlong NUL": lambda path: with_member(path, b'"x": "\xc0\x80"'),
    "a surrogate in bytes": lambda path: with_member(path, b'"x": "\xed\xa0\x80"'),
    "NaN": lambda path: with_member(path, b'"x": NaN'),
    "Infinity": lambda path: with_member(path, b'"x": Infinity'),
    "-Infinity": lambda path: with_member(path, b'"x": -Infinity'),
    "a number with a leading zero": lambda path: with_member(path, b'"x": 01'),
    "a number with a plus": lambda path: with_member(path, b'"x": +1'),
    "a hexadecimal number": lambda path: with_member(path, b'"x": 0x10'),
    "a number without digits after the point": lambda path: with_member(path, b'"x": 1.'),
    "a raw control character": lambda path: with_member(path, b'"x": "\x01"'),
    "a raw NUL": lambda path: with_member(path, b'"x": "\x00"'),
    "a wrong escape": lambda path: with_member(path, b'"x": "\\x41"'),
    "10 000 lists": lambda _path: b"[" * 10_000 + b"]" * 10_000,
    "10 000 lists inside": lambda path: with_member(path, b'"x": ' + b"[" * 10_000 + b"]" * 10_000),
    "10 000 objects inside": lambda path: with_member(path, b'"x": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    "10 000 lists that do not end": lambda _path: b"[" * 10_000,
    "half a surrogate pair": lambda path: with_member(path, b'"x": "\\ud83c"'),
    "the other half of a surrogate pair": lambda path: with_member(path, b'"x": "\\udf89"'),
    "a surrogate pair the wrong way round": lambda path: with_member(path, b'"x": "\\udf89\\ud83c"'),
    "half a surrogate pair in a key": lambda path: with_member(path, b'"\\ud83c": 1'),
    "half a surrogate pair deep inside": lambda path: with_member(path, b'"x": [{"y": ["\\uD83C"]}]'),
}
REFUSED_IN_DEFINITIONS = {
    "a key twice": lambda path: with_member(path, b'"description": "x", "description": "x"'),
    "a key twice, once escaped": lambda path: with_member(path, b'"descr": 1, "d\\u0065scr": 1'),
    "a key twice inside": lambda path: with_member(path, b'"x": {"a": 1, "a": 1}'),
    "an escaped NUL": lambda path: with_member(path, b'"x": "\\u0000"'),
    "an escaped NUL in a key": lambda path: with_member(path, b'"\\u0000": 1'),
    "4 301 digits": lambda path: with_member(path, b'"x": ' + b"1" * 4301),
    "a number that is no double": lambda path: with_member(path, b'"x": 1e400'),
}
FAULTS_OF_JSON = {"body.malformed", "body.too-deep", "body.twice", "body.out-of-range", "body.wrong-form"}
"""Not body.unknown: a member more is a fault of a definition also where it is JSON."""


def faults_of_json(answer: httpx.Response) -> bool:
    """Say whether *answer* refuses a body for what it has that is not JSON, and for nothing else."""
    codes = {fault["code"] for fault in answer.json()["errors"]}
    return answer.status_code == 400 and bool(codes) and codes <= FAULTS_OF_JSON


@on_sqlite
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_no_json_is_400(api: Tenant, path: str, what: str) -> None:
    answer = api.post(path, content=MALFORMED[what](path))
    assert faults_of_json(answer), answer.text


@on_sqlite
@pytest.mark.parametrize("path", PATHS)
def test_a_fault_of_json_is_told_as_one_fault_of_the_body(api: Tenant, path: str) -> None:
    (fault,) = api.post(path, content=b"{not json}").json()["errors"]
    assert (fault["location"], fault["name"]) == ("body", "")


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_a_fault_of_json_is_told_with_its_line_and_column(api: Tenant, path: str) -> None:
    description = api.post(path, content=b'{\n  "name": oops}').json()["description"]
    assert "line 2, column 11" in description


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
@pytest.mark.parametrize("what", REFUSED_IN_DEFINITIONS)
def test_what_not_everybody_reads_alike_is_no_definition(api: Tenant, path: str, what: str) -> None:
    answer = api.post(path, content=REFUSED_IN_DEFINITIONS[what](path))
    assert faults_of_json(answer), answer.text


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_a_key_that_stands_twice_is_named(api: Tenant, path: str) -> None:
    answer = api.post(path, content=b'{"name": "a", "name": "a"}')
    assert refusal(answer) == (400, [("name", "Duplicate key")])


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_every_key_that_stands_twice_is_named_by_its_path(api: Tenant, path: str) -> None:
    answer = api.post(
        path, content=b'{"a": [{}, {"b": {"c": 1, "c": 2}}], "d": 1, "d": 2, "d": 3, "e": {"f": 1, "f": 1}}'
    )
    assert refusal(answer) == (400, [(name, "Duplicate key") for name in ("d", "a.1.b.c", "e.f")])


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_a_key_that_stands_twice_in_what_another_replaces_is_refused_with_it(api: Tenant, path: str) -> None:
    answer = api.post(path, content=b'{"a": {"b": {"c": 1, "c": 2}}, "a": 1}')
    assert refusal(answer) == (400, [("a", "Duplicate key")])


@on_sqlite
@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
@pytest.mark.parametrize(("escape", "character"), [("\\u0000", "U+0000"), ("\\ud83c", "U+D83C")])
def test_a_character_that_is_refused_is_named_with_its_field(
    api: Tenant, path: str, escape: str, character: str
) -> None:
    body = json.dumps(GOOD[path](description="@")).replace("@", escape)
    (fault,) = api.post(path, content=body).json()["errors"]
    assert (fault["name"], fault["description"]) == ("description", f"Character {character} is not allowed")


@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS])
def test_an_escaped_pair_of_surrogates_is_its_emoji(api: Tenant, path: str) -> None:
    body = json.dumps(GOOD[path](description="🎉"))
    assert "\\ud83c\\udf89" in body
    assert api.post(path, content=body).json()["description"] == "🎉"


def test_nothing_of_them_is_stored_or_announced(api: Tenant) -> None:
    for path in PATHS:
        for malformed in MALFORMED.values():
            api.post(path, content=malformed(path))
    for path in (STREAM_DEFINITIONS, TRANSFORMS):
        for refused in REFUSED_IN_DEFINITIONS.values():
            api.post(path, content=refused(path))
    assert api.has_nothing()


@pytest.mark.parametrize("path", PATHS)
def test_a_body_cut_off_by_the_client_stores_and_announces_nothing(api: Tenant, path: str) -> None:
    body = good(path)
    with pytest.raises(ConnectionError):
        send(api.service.address, post(api.path(path), body[:-5], length=len(body)), half_close=True)
    assert api.has_nothing()


@on_sqlite
@pytest.mark.parametrize("path", PATHS)
def test_a_body_in_chunks_is_taken(api: Tenant, path: str) -> None:
    body = good(path)
    answer = send(api.service.address, chunked_post(api.path(path), [body[:10], body[10:]]))
    assert answer.status in {200, 201, 204}


@on_sqlite
@pytest.mark.parametrize("path", PATHS)
def test_a_body_over_the_limit_is_413(tight: Tenant, path: str) -> None:
    answer = tight.post(path, content=good(path).ljust(4097))
    assert (answer.status_code, answer.json()["title"]) == (413, "Request Entity Too Large")


@on_sqlite
@pytest.mark.parametrize("path", PATHS)
def test_413_names_the_limit(tight: Tenant, path: str) -> None:
    assert "4096 bytes" in tight.post(path, content=good(path).ljust(4097)).json()["description"]


@on_sqlite
@pytest.mark.parametrize("path", PATHS)
def test_a_body_as_large_as_the_limit_is_taken(tight: Tenant, path: str) -> None:
    assert tight.post(path, content=good(path).ljust(4096)).is_success


@on_sqlite
@pytest.mark.parametrize("path", PATHS)
def test_a_body_over_the_limit_in_chunks_is_413(tight: Tenant, path: str) -> None:
    chunks = [good(path).ljust(2048), b" " * 2049]
    assert send(tight.service.address, chunked_post(tight.path(path), chunks)).status == 413


@on_sqlite
@pytest.mark.parametrize("path", PATHS)
def test_a_body_as_large_as_the_limit_in_chunks_is_taken(tight: Tenant, path: str) -> None:
    chunks = [good(path).ljust(2048), b" " * 2048]
    assert send(tight.service.address, chunked_post(tight.path(path), chunks)).status in {200, 201, 204}


@on_sqlite
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_over_the_limit_is_413(tight: Tenant, method: str) -> None:
    created = tight.create(TRANSFORMS, transform())
    answer = tight.request(method, f"{TRANSFORMS}/{created['id']}", content=b"{}".ljust(4097))
    assert answer.status_code == 413


def test_what_is_over_the_limit_is_neither_stored_nor_announced(tight: Tenant) -> None:
    for path in PATHS:
        tight.post(path, content=good(path).ljust(4097))
        send(tight.service.address, chunked_post(tight.path(path), [good(path), b" " * 4096]))
    assert tight.has_nothing()


@on_sqlite
def test_ten_mebibytes_are_the_limit_as_shipped(api: Tenant) -> None:
    body = json.dumps(event(message_id=unique("event"), padding="x" * 1000)).encode()
    sizes = (10 * MEBIBYTE, 10 * MEBIBYTE + 1)
    assert [api.post(EVENTS, content=body.ljust(size)).status_code for size in sizes] == [204, 413]


@on_sqlite
def test_memory_stays_flat_whatever_is_sent(service: RunningService, api: Tenant) -> None:
    largest = b"[" + b"1," * (5 * MEBIBYTE + 10) + b"1]"
    api.post(EVENTS, content=largest)
    before = _memory(service)
    for _ in range(10):
        assert api.post(EVENTS, content=largest).status_code == 413
    assert _memory(service) - before < 30 * MEBIBYTE


def _memory(service: RunningService) -> int:
    pages = Path(f"/proc/{service.process.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()
