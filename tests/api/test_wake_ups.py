"""What wakes the relay: each answer behind which an announcement may wait, and no other (contract 2, Definitions)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.application import Application
from api.examples import stream_definition, transform, unique
from api.previewing import STREAM_PREVIEW, TRANSFORM_PREVIEW, stream_preview, transform_preview
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS
from monasca_events_api.messaging.relay import Relay

EVENT = {"event_type": "e", "message_id": "m", "timestamp": "2015-07-20T15:44:01Z"}


@pytest.fixture
def wake_ups(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    counted: list[None] = []
    monkeypatch.setattr(Relay, "wake", lambda _relay: counted.append(None))
    return counted


@pytest.fixture
def application(tmp_path: Path, wake_ups: list[None]) -> Iterator[Application]:
    assert not wake_ups
    with Application(tmp_path) as application:
        yield application


@pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition()), (TRANSFORMS, transform())])
def test_each_change_of_a_definition_does(application: Application, wake_ups: list[None], path: str, body: Any) -> None:
    one = f"{path}/{application.post(path, json=body).json()['id']}"
    assert application.patch(one, json={"description": unique("other")}).status_code == 200
    assert application.delete(one).status_code == 204
    assert len(wake_ups) == 3


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v2.0/events", EVENT, 204),
        (STREAM_PREVIEW, stream_preview(), 200),
        (TRANSFORM_PREVIEW, transform_preview(), 200),
        (TRANSFORMS, {}, 400),
    ],
)
def test_what_changes_none_does_not(
    application: Application, wake_ups: list[None], path: str, body: Any, status: int
) -> None:
    assert application.post(path, json=body).status_code == status
    assert not wake_ups
