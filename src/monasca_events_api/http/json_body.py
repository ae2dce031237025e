"""Request bodies: JSON, strictly, and not too much of it (contract 1.4 and 1.7)."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any, NoReturn, TypeAlias

from pyramid.httpexceptions import HTTPRequestEntityTooLarge, HTTPUnsupportedMediaType
from pyramid.request import Request

from monasca_events_api.errors import Fault, Invalid
from monasca_events_api.http.json_places import character_faults, places
from monasca_events_api.http.large_bodies import keep_turn
from monasca_events_api.http.nesting import deeper_than
from monasca_events_api.semantics.faults import MOST_FAULTS, dotted

JSON_TYPES = ("application/json",)
PATCH_TYPES = (*JSON_TYPES, "application/merge-patch+json")

DEEPEST = 250
"""Levels of lists and objects: more than any body of ours has, fewer than Python follows by recursion."""

_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_HALF_OR_NUL = re.compile("[\ud800-\udfff\0]")
_UTF_8 = {"utf-8", "utf8"}
_Twice: TypeAlias = list[tuple[dict[str, Any], list[str]]]
"""Objects, each with the keys that stand there twice."""


def read_body(request: Request, limit: int, types: tuple[str, ...] = JSON_TYPES) -> bytes:
    """Return the body's bytes.

    Raises HTTPUnsupportedMediaType unless the content type is absent or one of *types*, in UTF-8 and not compressed,
    HTTPRequestEntityTooLarge over *limit* bytes, of which no more than that were read, and Invalid where it has no end.
    """
    _check_type(request, types)
    if request.is_body_seekable:
        # A former attempt of the same request has read it, and nobody rewinds it.
        request.body_file_raw.seek(0)
    told = request.content_length
    if told is None or told <= limit:
        # Where no length is told (chunks), one byte more than the limit decides. Where one is, no more is asked for:
        # the reader makes room for all that is.
        body = _read(request, limit + 1 if told is None else told)
        if len(body) <= limit:
            return body
    raise HTTPRequestEntityTooLarge(detail=f"A body may have at most {limit} bytes")


def read_value(request: Request, limit: int, types: tuple[str, ...]) -> Any:
    """Return the body's value, see ``read_body`` and ``parse``. Raises Unavailable when too many are large."""
    body = read_body(request, limit, types)
    keep_turn(request, len(body))
    return parse(body)


def parse(body: bytes) -> Any:
    """Return the value of a JSON text. Raises Invalid, saying where it is not JSON as everybody reads it.

    A key that stands twice, NaN, numbers beyond any double, NUL, half surrogate pairs and deep nesting are refused.
    """
    twice: _Twice = []
    try:
        text = body.decode()
        value = json.loads(
            text,
            object_pairs_hook=partial(_object, twice),
            parse_constant=_no_number,
            parse_float=_float,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise _malformed(f"Not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise _malformed(f"Not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise _malformed(f"Nested deeper than {DEEPEST}") from None
    if deeper_than(DEEPEST, value):
        raise _malformed(f"Nested deeper than {DEEPEST}")
    if twice:
        raise Invalid(list(islice(_twice_faults(value, twice), MOST_FAULTS)))
    if _SUSPECT_ESCAPE.search(text) and (faults := list(islice(character_faults(value, _HALF_OR_NUL), MOST_FAULTS))):
        raise Invalid(faults)
    return value


def _read(request: Request, most: int) -> bytes:
    try:
        body: bytes = request.body_file.read(most)
    except Exception as error:  # the client has left, or sends chunks that are none: each server has its own words
        raise _malformed("Not JSON: it cannot be read to its end") from error
    return body


def _check_type(request: Request, types: tuple[str, ...]) -> None:
    sent = request.environ.get("CONTENT_TYPE", "")
    if sent:
        kind = sent.partition(";")[0]
        charset = re.search(r";\s*charset\s*=\s*\"?([^\s\";]*)", sent, re.IGNORECASE)
        if kind.strip().lower() not in types or (charset and charset[1].lower() not in _UTF_8):
            raise HTTPUnsupportedMediaType(detail=f"Send {' or '.join(types)}, in UTF-8")
    if request.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise HTTPUnsupportedMediaType(detail=f"Send {' or '.join(types)} as it is, without a Content-Encoding")


def _malformed(description: str) -> Invalid:
    return Invalid([Fault("body", "", description)])


def _object(twice: _Twice, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        # Where the object is, is not known before all is read.
        twice.append((found, [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]))
    return found


def _twice_faults(value: Any, twice: _Twice) -> Iterator[Fault]:
    keys = {id(holder): names for holder, names in twice}
    for path, item in places(value):
        for key in keys.get(id(item), ()):
            yield Fault("body", dotted([*path, key]), "Duplicate key")


def _no_number(name: str) -> NoReturn:
    raise _malformed(f"Not JSON: {name}")


def _float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise _malformed(f"Number out of range: {text[:30]}")
    return number


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _malformed(f"Number out of range: {text[:30]}…") from None
