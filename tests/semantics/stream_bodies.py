"""Definitions and events as small as they can be, for the tests of streams."""

from datetime import UTC, datetime, timedelta

from monasca_events_api.semantics.stream_definition import compile_definition
from monasca_events_api.semantics.stream_matcher import StreamMatcher

START = datetime(2015, 7, 20, 15, 44, 1, tzinfo=UTC)


def body(**fields):
    """Two events of type "a" within three seconds, in one stream for the definition."""
    return {
        "name": "d",
        "select": [{"event_type": "*"}],
        "group_by": [],
        "fire_criteria": [{"event_type": "a", "number": 2}],
        "expiration": 3000,
        **fields,
    }


def definition(definition_id="d", **fields):
    return compile_definition(body(**fields), definition_id=definition_id)


def matcher(*definitions):
    made = StreamMatcher()
    for each in definitions:
        made.put(each)
    return made


def at(milliseconds):
    return START + timedelta(milliseconds=milliseconds)


def event(message_id, milliseconds=0, event_type="a", **traits):
    timestamp = at(milliseconds).isoformat()
    return {"event_type": event_type, "message_id": message_id, "timestamp": timestamp, **traits}


def told(notifications):
    """Name each stream that ended by what happened, when, and its events."""
    return [
        (
            str(notification.action),
            (notification.time - START) / timedelta(milliseconds=1),
            " ".join(event["message_id"] for event in notification.events),
        )
        for notification in notifications
    ]
