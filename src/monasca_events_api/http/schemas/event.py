"""The body of ``POST /v2.0/events`` (contract 1.5): checked without taking the events apart.

An event's own bytes go to Kafka, so only its three required keys are read; all else is checked to be JSON and
passed over. That keeps numbers to the last digit, and costs a microsecond where reading it all costs ten.
"""

import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import msgspec
from colander import SchemaNode, SchemaType

from monasca_events_api.domain.events import MESSAGE_ID_CHARACTERS, PostedEvent
from monasca_events_api.errors import Fault, Invalid
from monasca_events_api.http.lone_surrogates import lone_surrogates, without_lone_surrogates
from monasca_events_api.semantics.events import LONGEST_EVENT_TYPE, TENANT_ID
from monasca_events_api.semantics.faults import MOST_FAULTS
from monasca_events_api.semantics.field_checks import JsonSchema
from monasca_events_api.semantics.iso_dates import parse_date
from monasca_events_api.settings import Settings

DEEPEST = 200
LONGEST = {"event_type": LONGEST_EVENT_TYPE, "message_id": MESSAGE_ID_CHARACTERS}
REQUIRED = ("event_type", "message_id", "timestamp")
_ABOUT = {
    "event_type": "What has happened, as in `compute.instance.create.end`",
    "message_id": "What makes it one event: an id that comes again counts once in a project",
    "timestamp": "When it happened; UTC where it names no offset",
    TENANT_ID: "Reserved: the service says whose event it is",
}

# Nothing is given back (`*+`), for which each character would be remembered; and a text without an end is one up to
# the end of the body, or each quote in it would be tried as its begin.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKETS = {**dict.fromkeys(b"[{", 1), **dict.fromkeys(b"]}", -1)}
_NO_BRACKETS = bytes({*range(256)} - {*_BRACKETS})
_ABSENT = msgspec.Raw(b"")
_NOTHING: JsonSchema = {"not": {}}
"""What no value is. Not `False`: generators of clients know no schema that is a boolean."""


class _Event(msgspec.Struct):
    event_type: str
    message_id: str
    timestamp: str
    tenant_id: msgspec.Raw = msgspec.field(name=TENANT_ID, default=_ABSENT)


_read_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_read_event = msgspec.json.Decoder(_Event).decode
_read_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read_any = msgspec.json.Decoder().decode


class EventBatch(SchemaNode):
    """The bytes of one event, or of a list of them."""

    # Of no type of colander's: what it takes are bytes.
    schema_type = SchemaType

    def json_schema(self, settings: Settings) -> JsonSchema:
        """Return the JSON Schema of such a body."""
        texts: JsonSchema = {
            name: {"type": "string", "minLength": 1, "maxLength": most} for name, most in LONGEST.items()
        }
        fields = {**texts, "timestamp": {"type": "string", "format": "iso8601"}, TENANT_ID: _NOTHING}
        event = {
            "title": "Event",
            "description": "It may have any other keys, which are passed on as they are",
            "type": "object",
            "required": [*REQUIRED],
            "properties": {name: {**schema, "description": _ABOUT[name]} for name, schema in fields.items()},
        }
        return {"anyOf": [event, {"type": "array", "items": event, "minItems": 1, "maxItems": settings.max_events}]}

    def read(self, body: bytes, most: int, room: float) -> list[PostedEvent]:
        """Return the events, at most *most*, of up to *room* bytes each.

        Raises Invalid with the faults of all of them, by index.
        """
        _check_text(body)
        stripped = body.strip(b" \t\r\n")
        if not stripped.startswith(b"["):
            return _posted([stripped], room, lambda _index, name: name)
        events = _items(stripped, most)
        return _posted(events, room, lambda index, name: f"{index}.{name}" if name else str(index))


def _whole(description: str) -> Invalid:
    return Invalid([Fault("body", "", description)])


def _no_json(error: msgspec.DecodeError) -> str:
    return f"Not JSON: {str(error).removeprefix('JSON is malformed: ')}"


def _check_text(body: bytes) -> None:
    # What the decoder passes over it does not decode.
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise _whole(f"Not UTF-8 at byte {error.start}") from None


def _items(body: bytes, most: int) -> list[bytes]:
    try:
        items = _read_list(body)
    except msgspec.DecodeError as error:
        mended = without_lone_surrogates(body)
        if mended == body:
            raise _whole(_no_json(error)) from None
        return _as_sent(body, mended, _items(mended, most))
    except RecursionError:
        raise _whole(f"Nested deeper than {DEEPEST}") from None
    # Before they are copied: a body may hold millions.
    if not 1 <= len(items) <= most:
        raise _whole("Must not be empty" if not items else f"More than {most} items")
    return [bytes(item) for item in items]


def _as_sent(body: bytes, mended: bytes, items: list[bytes]) -> list[bytes]:
    """Return what is in *body* where *items* are in *mended*, which is as long."""
    sent = []
    end = 0
    for item in items:
        start = mended.index(item, end)
        end = start + len(item)
        sent.append(body[start:end])
    return sent


def _posted(events: list[bytes], room: float, path: Callable[[int, str], str]) -> list[PostedEvent]:
    posted: list[PostedEvent] = []
    faults: list[Fault] = []
    for index, body in enumerate(events):
        try:
            event = _read_event(body)
            if len(body) <= room and _is_good(event, body):
                posted.append(PostedEvent(event.message_id, body))
                continue
        except (msgspec.DecodeError, RecursionError):
            pass  # _faults finds out what it is
        faults += [Fault("body", path(index, name), description) for name, description in _faults(body, room)]
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise Invalid(faults)
    return posted


def _is_good(event: _Event, body: bytes) -> bool:
    return (
        event.tenant_id is _ABSENT
        and 0 < len(event.event_type) <= LONGEST_EVENT_TYPE
        and 0 < len(event.message_id) <= MESSAGE_ID_CHARACTERS
        and _is_date(event.timestamp)
        # Too few brackets to be too deep: no need to follow them.
        and (body.count(b"{") + body.count(b"[") <= DEEPEST or _depth(body) <= DEEPEST)
    )


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def _depth(body: bytes) -> int:
    # A body may hold millions: step by step in Python they would take ten times as long.
    brackets = _TEXT.sub(b"", body).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_BRACKETS.__getitem__, brackets)), default=0)


def _faults(body: bytes, room: float) -> list[tuple[str, str]]:
    """Say in full what is wrong with one event that is not good."""
    if len(body) > room:
        return [("", f"Longer than the {room:.0f} bytes that an event may have on Kafka")]
    try:
        if _depth(body) > DEEPEST:
            return [("", f"Nested deeper than {DEEPEST}")]
        # To the decoder they are the end of the text, so it would tell nothing else.
        found, mended = lone_surrogates(body)
        fields = _read_keys(mended)
    except msgspec.ValidationError:
        return [("", "Must be an object")]
    except msgspec.DecodeError as error:
        return [("", _no_json(error))]
    found += [(TENANT_ID, "Reserved name")] if TENANT_ID in fields else []
    for name in REQUIRED:
        wrong = _fault(name, _read_any(fields[name])) if name in fields else "Required"
        found += [(name, wrong)] if wrong else []
    # Of a key that stands twice only the last value is seen here; the one before it was what could not be read.
    return found or [("", "A required key stands there twice, once with a value that is no string")]


def _fault(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return "Must be a string"
    if name == "timestamp":
        return None if _is_date(value) else "Must be an ISO 8601 date and time"
    if not value:
        return "Must not be empty"
    return f"Longer than {LONGEST[name]} characters" if len(value) > LONGEST[name] else None
