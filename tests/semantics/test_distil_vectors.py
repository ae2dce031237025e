"""The recorded cases of what a specification makes of a notification (semantics 1)."""

import json

import pytest
import yaml
from distilling import NOW, distil, traits_of, vectors

from monasca_events_api.semantics.published_specification import with_tenant_trait
from monasca_events_api.semantics.specification import parse

CASES = vectors("distil.json")


def by_id(cases):
    return [pytest.param(case, id=case["id"]) for case in cases]


def as_expected(distilled):
    if distilled.error is not None:
        return {"error": True}
    if distilled.event is None:
        return {"drop": True}
    event = distilled.event
    timestamp = "now" if event["timestamp"] == NOW.isoformat() else event["timestamp"]
    kept = {"event_type": event["event_type"], "message_id": event["message_id"], "timestamp": timestamp}
    return {"event": {**kept, "traits": traits_of(event)}}


def exactly(value):
    # As JSON, since 7 and 7.0 are equal to Python.
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("case", by_id(CASES))
def test_a_notification_becomes_what_is_recorded(case):
    assert exactly(as_expected(distil(case["specification"], case["notification"]))) == exactly(case["expected"])


@pytest.mark.parametrize("case", by_id(CASES))
def test_what_consumers_get_distils_the_same(case):
    published = yaml.safe_load(with_tenant_trait(case["specification"]))
    for definition in published:
        assert definition["traits"].pop("_tenant_id") == {"fields": "_tenant_id"}
    assert exactly(as_expected(distil(published, case["notification"]))) == exactly(case["expected"])


@pytest.mark.parametrize("case", by_id(case for case in CASES if case["level"] == "core"))
def test_without_extensions_the_core_is_accepted(case):
    parse(case["specification"], extensions=False)


@pytest.mark.parametrize("case", by_id(case for case in CASES if case["level"] == "ext"))
def test_without_extensions_each_of_them_is_refused(case):
    with pytest.raises(ValueError, match="specification"):
        parse(case["specification"], extensions=False)
