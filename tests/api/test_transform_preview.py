"""``POST /v2.0/transforms/preview`` (contract 1.6)."""

from typing import Any

import pytest

from api.examples import NEVER_USED, transform
from api.one_database import on_sqlite
from api.previewing import (
    DISTILLED,
    NOTIFICATION,
    SPECIFICATION,
    TRANSFORM_PREVIEW,
    results,
    transform_preview,
)
from api.running_service import TRANSFORMS, Tenant, refusal

pytestmark = on_sqlite

TAKES_A_DATE = "datetime takes ISO 8601 text, year alone to microseconds, as 2015-07-20T15:44:01+00:00"
ID_UNKNOWN = "No such transform"


def problems(tenant: Tenant, **fields: Any) -> list[str]:
    (result,) = results(tenant, **fields)
    found: list[str] = result["problems"]
    return found


def test_each_notification_has_a_result_in_their_order(api: Tenant) -> None:
    image = {**NOTIFICATION, "event_type": "image.delete", "message_id": "m-2"}
    assert results(api, events=[image, NOTIFICATION]) == [
        {
            "message_id": "m-2",
            "matched": None,
            "event": None,
            "problems": ['definition 0: event_type "image.delete" does not match "compute.*"'],
        },
        {"message_id": "m-1", "matched": 0, "event": DISTILLED, "problems": []},
    ]


def test_matched_is_the_index_of_the_event_definition_used(api: Tenant) -> None:
    (result,) = results(api, specification=SPECIFICATION * 2)
    assert (result["matched"], result["problems"]) == (
        1,
        ["definition 0: matches too, but definition 1 is the last that does"],
    )


def test_a_specification_can_be_a_json_list(api: Tenant) -> None:
    listed = [{"event_type": "compute.*", "traits": {"n": {"type": "int", "fields": "payload.n"}}}]
    assert results(api, specification=listed) == results(api)


def test_a_stored_transform_can_be_tried_by_its_id(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform(specification=SPECIFICATION, enabled=False))
    assert results(api, specification=None, transform_id=created["id"]) == results(api)


@pytest.mark.parametrize(
    ("notification", "problem"),
    [
        (5, "A notification must be an object, this is 5"),
        ([], "A notification must be an object, this is a list of 0"),
        ({}, "event_type: missing, and no event can do without it"),
        ({"event_type": "compute.start"}, "message_id: missing, and no event can do without it"),
        ({**NOTIFICATION, "message_id": 5}, "message_id: 5 is not a text"),
        (
            {**NOTIFICATION, "timestamp": "yesterday"},
            f'timestamp: "yesterday" is not a date ({TAKES_A_DATE})',
        ),
        (
            {**NOTIFICATION, "payload": {"n": "7.9"}},
            'traits.n: "7.9" is not an int (int takes numbers, booleans and text of digits with an optional sign)',
        ),
        (
            {**NOTIFICATION, "payload": {"m": 1}},
            'traits.n: no value, payload has no key "n" (it has "m")',
        ),
    ],
)
def test_a_problem_says_what_is_wrong_and_with_which_value(api: Tenant, notification: Any, problem: str) -> None:
    (result,) = results(api, events=[notification])
    assert (result["event"] is None or "n" not in result["event"], result["problems"]) == (True, [problem])


def test_a_pattern_that_excludes_is_named(api: Tenant) -> None:
    text = "- {event_type: ['compute.*', '!*.start'], traits: {}}"
    assert problems(api, specification=text) == ['definition 0: event_type "compute.start" is excluded by "!*.start"']


def test_an_event_without_a_time_has_the_time_of_the_preview(api: Tenant) -> None:
    (result,) = results(api, events=[{"event_type": "compute.x", "message_id": "m-1"}])
    assert result["event"]["timestamp"] > "2015-07-20T15:44:01+00:00"


def test_one_bad_notification_does_not_hide_the_others(api: Tenant) -> None:
    first, second = results(api, events=[None, NOTIFICATION])
    assert (first["event"], second["event"]) == (None, DISTILLED)


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"transform_id": NEVER_USED}, [("transform_id", "Stands beside specification: only one of them may")]),
        ({"specification": None}, [("specification", "Required, or transform_id")]),
        ({"specification": None, "transform_id": NEVER_USED}, [("transform_id", ID_UNKNOWN)]),
        ({"specification": None, "transform_id": ""}, [("transform_id", ID_UNKNOWN)]),
        ({"specification": None, "transform_id": 5}, [("transform_id", "Must be a string")]),
        ({"specification": "- 5"}, [("specification.0", "Must be a mapping")]),
        ({"specification": "- {a: b]"}, [("specification", "line 1, column 8: did not find expected ',' or '}'")]),
        ({"events": None}, [("events", "Required")]),
        ({"events": []}, [("events", "Must not be empty")]),
        ({"events": {}}, [("events", "Must be a list")]),
        ({"until": "2015"}, [("until", "Unknown key")]),
        ({"specification": "[]", "events": 5}, [("specification", "Must not be empty"), ("events", "Must be a list")]),
    ],
)
def test_a_body_that_is_wrong_is_refused_with_every_fault(
    api: Tenant, fields: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    status, told = refusal(api.post_json(TRANSFORM_PREVIEW, transform_preview(**fields)))
    cut = [(name, description[: len(wanted)]) for (name, description), (_, wanted) in zip(told, faults, strict=True)]
    assert (status, cut) == (400, faults)


def test_a_body_that_is_no_object_is_refused(api: Tenant) -> None:
    assert refusal(api.post_json(TRANSFORM_PREVIEW, [])) == (400, [("", "Must be an object")])


def test_another_tenants_transform_is_not_there(api: Tenant, other_tenant: Tenant) -> None:
    theirs = other_tenant.create(TRANSFORMS, transform())["id"]
    body = transform_preview(specification=None, transform_id=theirs)
    assert refusal(api.post_json(TRANSFORM_PREVIEW, body)) == (400, [("transform_id", ID_UNKNOWN)])


def test_a_deleted_transform_is_not_there(api: Tenant) -> None:
    created = api.create(TRANSFORMS, transform())["id"]
    api.delete(f"{TRANSFORMS}/{created}")
    body = transform_preview(specification=None, transform_id=created)
    assert refusal(api.post_json(TRANSFORM_PREVIEW, body)) == (400, [("transform_id", ID_UNKNOWN)])


def test_nothing_is_stored_or_published(api: Tenant) -> None:
    results(api)
    assert api.has_nothing()


def test_extensions_can_be_turned_off_in_previews_too(tight: Tenant) -> None:
    body = transform_preview(specification="- {event_type: a, traits: {t: payload.t}}")
    status, ((name, _),) = refusal(tight.post_json(TRANSFORM_PREVIEW, body))
    assert (status, name) == (400, "specification.0.traits.t")


def test_a_slash_at_the_end_does_not_matter(api: Tenant) -> None:
    assert api.post_json(f"{TRANSFORM_PREVIEW}/", transform_preview()).status_code == 200


def test_an_unknown_parameter_is_refused(api: Tenant) -> None:
    answer = api.post_json(f"{TRANSFORM_PREVIEW}?dry_run=1", transform_preview())
    assert refusal(answer) == (400, [("dry_run", "Unknown parameter")])


def test_it_is_asked_by_post_alone(api: Tenant) -> None:
    answer = api.get(TRANSFORM_PREVIEW)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
