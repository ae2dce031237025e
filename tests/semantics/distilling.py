"""Short ways to say what is distilled, for tests."""

import json
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from monasca_events_api.semantics.distil_problems import Explainer
from monasca_events_api.semantics.distiller import compile_transform
from monasca_events_api.semantics.faults import InvalidDefinition
from monasca_events_api.semantics.specification import parse

VECTORS = Path(__file__).parent / "vectors"
NOW = datetime(2020, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
ENVELOPE = {"event_type": "x.y", "message_id": "m-1", "timestamp": "2015-07-20 15:44:01"}
DEFAULTS = ("service", "request_id", "tenant_id")


def vectors(name):
    return json.loads((VECTORS / name).read_text())


def notification(**payload):
    return {**ENVELOPE, "payload": payload}


def traits_of(event):
    return {key: value for key, value in event.items() if key not in ("event_type", "message_id", "when", "timestamp")}


def distil(specification, sent):
    return compile_transform(parse(specification)).distil(sent, NOW)


def trait(definition, **payload):
    """Give the value of a trait with *definition*, None if it is left out, "error" if that is how it ends."""
    distilled = distil([{"event_type": "*", "traits": {"t": definition}}], notification(**payload))
    return "error" if distilled.error else distilled.event.get("t")


def problems(specification, sent):
    return Explainer(compile_transform(parse(specification))).problems(sent, NOW)


class TimeIsUp(Exception):
    """What a time limit of these tests raises."""


def time_limit(asked):
    """Make a time limit that is over when it is asked for the *asked*-th time."""
    times = count(1)

    def check():
        if next(times) == asked:
            raise TimeIsUp

    return check


def faults(specification, *, extensions=True):
    """List name (without ``specification``) and description of each fault."""
    try:
        parse(specification, extensions=extensions)
    except InvalidDefinition as error:
        return [
            (fault.name.removeprefix("specification").removeprefix("."), fault.description) for fault in error.faults
        ]
    return []
