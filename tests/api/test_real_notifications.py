"""Notifications of OpenStack's services, posted as events: what was sent is what is published (contract 1.5)."""

import json
from pathlib import Path

import pytest

from api.one_database import on_sqlite
from api.running_service import EVENTS, RAW_EVENTS, Tenant

pytestmark = on_sqlite

NOTIFICATIONS = json.loads(Path(__file__).with_name("data").joinpath("notifications.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("notification", NOTIFICATIONS, ids=lambda each: each["event_type"])
def test_a_real_notification_is_taken_and_published_untouched(api: Tenant, notification: dict[str, object]) -> None:
    assert api.post_json(EVENTS, notification).status_code == 204
    (record,) = api.announced(RAW_EVENTS)
    assert record.value["event"] == {**notification, "_tenant_id": api.id}


def test_all_of_them_in_one_list_are_published_in_order(api: Tenant) -> None:
    assert api.post_json(EVENTS, NOTIFICATIONS).status_code == 204
    published = [record.value["event"] for record in api.announced(RAW_EVENTS)]
    assert published == [{**each, "_tenant_id": api.id} for each in NOTIFICATIONS]
