"""What a consumer reads of definitions (contract 2)."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import yaml
from announcing_service import AnnouncingService, Client

from api.examples import least_stream_definition, stream_definition, transform
from history.expected_values import (
    readable,
    stream_definition_created,
    stream_definition_deleted,
    transform_deleted,
)
from history.expected_values import transform as transform_value
from history.topics import Record, TopicReader

HEADERS = {"id", "type", "time", "request_id", "revision"}
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
STREAMS, TRANSFORMS = "stream-definitions", "transforms"


def tenant(client: Client) -> str:
    return client.params["tenant_id"]


def words(records: list[Record]) -> list[tuple[str, int]]:
    return [(record.headers["type"], record.revision) for record in records]


def test_a_new_stream_definition_is_announced_with_all_its_fields(client: Client, reader: TopicReader) -> None:
    body = stream_definition()
    identifier = client.create(STREAMS, body)["id"]
    (record,) = reader.wait_for_key(identifier)
    assert record.json == stream_definition_created(tenant(client), identifier, body)


def test_fields_that_were_left_out_are_announced_with_their_defaults(client: Client, reader: TopicReader) -> None:
    body = least_stream_definition()
    identifier = client.create(STREAMS, body)["id"]
    (record,) = reader.wait_for_key(identifier)
    defaults = {"description": "", "fire_actions": [], "expire_actions": [], "actions_enabled": True}
    assert record.json == stream_definition_created(tenant(client), identifier, {**defaults, **body})


def test_every_select_criterion_bears_the_tenant(client: Client, reader: TopicReader) -> None:
    select = [{"event_type": "a"}, {"event_type": ["b", "!c"], "traits": {"host": "h"}}]
    identifier = client.create(STREAMS, stream_definition(select=select))["id"]
    (record,) = reader.wait_for_key(identifier)
    announced = record.json["stream-definition-created"]["select"]
    assert [each["traits"]["_tenant_id"] for each in announced] == [tenant(client)] * 2


def test_a_client_is_not_shown_what_the_service_adds(client: Client) -> None:
    created = client.create(STREAMS, stream_definition())
    assert "_tenant_id" not in client.get(f"{STREAMS}/{created['id']}").text


def test_a_changed_stream_definition_is_announced_as_deleted_under_its_old_name_and_created(
    client: Client, reader: TopicReader
) -> None:
    old, new = stream_definition(), stream_definition(description="other")
    identifier = client.create(STREAMS, old)["id"]
    client.replace(STREAMS, identifier, new)
    values = [record.json for record in reader.wait_for_key(identifier, 3)[1:]]
    assert values == [
        stream_definition_deleted(tenant(client), identifier, old["name"]),
        stream_definition_created(tenant(client), identifier, new),
    ]


def test_both_records_of_a_change_bear_its_type_and_revision(client: Client, reader: TopicReader) -> None:
    identifier = client.create(STREAMS, stream_definition())["id"]
    client.replace(STREAMS, identifier, stream_definition())
    assert words(reader.wait_for_key(identifier, 3)[1:]) == [("stream-definition-updated", 2)] * 2


def test_a_deleted_stream_definition_is_announced_with_its_name(client: Client, reader: TopicReader) -> None:
    body = stream_definition()
    identifier = client.create(STREAMS, body)["id"]
    client.remove(STREAMS, identifier)
    record = reader.wait_for_key(identifier, 2)[1]
    assert record.json == stream_definition_deleted(tenant(client), identifier, body["name"])
    assert words([record]) == [("stream-definition-deleted", 2)]


def test_a_new_transform_is_announced_with_the_tenant_in_every_event_definition(
    client: Client, reader: TopicReader
) -> None:
    body = transform(
        specification="- event_type: a\n  traits: {}\n- event_type: b\n  traits: {x: {fields: payload.x}}\n"
    )
    identifier = client.create(TRANSFORMS, body)["id"]
    (record,) = reader.wait_for_key(identifier)
    assert readable(record.json) == transform_value(tenant(client), identifier, body)


def test_a_transform_is_announced_created_updated_and_deleted(client: Client, reader: TopicReader) -> None:
    identifier = client.create(TRANSFORMS, transform())["id"]
    client.replace(TRANSFORMS, identifier, transform(enabled=False))
    client.remove(TRANSFORMS, identifier)
    records = reader.wait_for_key(identifier, 3)
    assert words(records) == [("transform-created", 1), ("transform-updated", 2), ("transform-deleted", 3)]


def test_a_changed_transform_is_announced_with_its_new_content(client: Client, reader: TopicReader) -> None:
    body = transform(enabled=False, description="other")
    identifier = client.create(TRANSFORMS, transform())["id"]
    client.replace(TRANSFORMS, identifier, body)
    record = reader.wait_for_key(identifier, 2)[1]
    assert readable(record.json) == transform_value(tenant(client), identifier, body)


def test_a_deleted_transform_is_announced_with_an_empty_list(client: Client, reader: TopicReader) -> None:
    identifier = client.create(TRANSFORMS, transform())["id"]
    client.remove(TRANSFORMS, identifier)
    assert reader.wait_for_key(identifier, 2)[1].json == transform_deleted(tenant(client), identifier)


def test_a_specification_in_json_is_announced_as_yaml_that_means_the_same(client: Client, reader: TopicReader) -> None:
    specification = [{"event_type": "größe.😀", "traits": {"x": {"fields": "payload.x"}}}]
    identifier = client.create(TRANSFORMS, transform(specification=specification))["id"]
    (record,) = reader.wait_for_key(identifier)
    (definition,) = yaml.safe_load(record.json["transform_definition"]["specification"])
    assert definition["event_type"] == "größe.😀"


@pytest.mark.parametrize(("kind", "make"), [(STREAMS, stream_definition), (TRANSFORMS, transform)])
def test_each_kind_goes_to_its_topic(
    client: Client, reader: TopicReader, service: AnnouncingService, kind: str, make: type[dict[str, object]]
) -> None:
    identifier = client.create(kind, make())["id"]
    (record,) = reader.wait_for_key(identifier)
    assert record.topic == service.definition_topics[[STREAMS, TRANSFORMS].index(kind)]


@pytest.mark.parametrize(("kind", "make"), [(STREAMS, stream_definition), (TRANSFORMS, transform)])
def test_characters_beyond_ascii_are_not_escaped(
    client: Client, reader: TopicReader, kind: str, make: type[dict[str, object]]
) -> None:
    identifier = client.create(kind, make(description="Größe 😀 \u2028"))["id"]
    (record,) = reader.wait_for_key(identifier)
    assert "Größe 😀 \u2028".encode() in record.value
    assert b"\\u" not in record.value


def test_an_emoji_in_a_specification_is_not_escaped(client: Client, reader: TopicReader) -> None:
    identifier = client.create(TRANSFORMS, transform(specification='- event_type: "a.😀"\n  traits: {}\n'))["id"]
    (record,) = reader.wait_for_key(identifier)
    assert "😀".encode() in record.value


def test_a_record_bears_these_headers_and_no_more(client: Client, reader: TopicReader) -> None:
    identifier = client.create(STREAMS, stream_definition())["id"]
    (record,) = reader.wait_for_key(identifier)
    assert record.headers.keys() == HEADERS


def test_the_header_id_is_unique_for_each_message(client: Client, reader: TopicReader) -> None:
    identifier = client.create(STREAMS, stream_definition())["id"]
    client.replace(STREAMS, identifier, stream_definition())
    ids = {record.headers["id"] for record in reader.wait_for_key(identifier, 3)}
    assert len(ids) == 3
    assert all(re.fullmatch(UUID, each) for each in ids)


def test_the_header_time_is_when_it_changed_in_utc(client: Client, reader: TopicReader) -> None:
    answer = client.send_json("POST", STREAMS, stream_definition())
    (record,) = reader.wait_for_key(answer.json()["id"])
    time = datetime.fromisoformat(record.headers["time"])
    created = datetime.fromisoformat(f"{answer.json()['created_at']}+00:00")
    assert time.utcoffset() == timedelta(0)
    assert abs(time - created) < timedelta(seconds=5)


def test_the_header_request_id_is_that_of_the_answer(client: Client, reader: TopicReader) -> None:
    answer = client.send_json("POST", STREAMS, stream_definition())
    (record,) = reader.wait_for_key(answer.json()["id"])
    assert record.headers["request_id"] == answer.headers["X-OpenStack-Request-ID"]


def test_the_header_revision_is_the_etag_of_the_answer(client: Client, reader: TopicReader) -> None:
    identifier = client.create(STREAMS, stream_definition())["id"]
    answer = client.replace(STREAMS, identifier, stream_definition())
    assert answer.headers["ETag"] == f'"{reader.wait_for_key(identifier, 3)[2].headers["revision"]}"'


def test_what_changes_nothing_announces_nothing(client: Client, reader: TopicReader) -> None:
    body = transform()
    identifier = client.create(TRANSFORMS, body)["id"]
    client.replace(TRANSFORMS, identifier, body)
    client.remove(TRANSFORMS, identifier)
    assert words(reader.wait_for_key(identifier, 2)) == [("transform-created", 1), ("transform-deleted", 2)]


def test_a_change_to_a_taken_name_announces_nothing(client: Client, reader: TopicReader) -> None:
    taken, body = stream_definition(), stream_definition()
    client.create(STREAMS, taken)
    identifier = client.create(STREAMS, body)["id"]
    assert client.send_json("PUT", f"{STREAMS}/{identifier}", {**body, "name": taken["name"]}).status_code == 409
    client.remove(STREAMS, identifier)
    types = [record.headers["type"] for record in reader.wait_for_key(identifier, 2)]
    assert types == ["stream-definition-created", "stream-definition-deleted"]


def test_a_create_with_a_taken_name_announces_nothing(client: Client, reader: TopicReader) -> None:
    body = transform()
    first = client.create(TRANSFORMS, body)["id"]
    assert client.send_json("POST", TRANSFORMS, body).status_code == 409
    client.remove(TRANSFORMS, first)
    reader.wait_for_key(first, 2)
    mine = [record for record in reader.records if record.json.get("tenant_id") == tenant(client)]
    assert {record.key for record in mine} == {first}


def test_changes_by_many_clients_are_announced_in_the_order_of_their_revisions(
    service: AnnouncingService, client: Client, reader: TopicReader
) -> None:
    identifier = client.create(TRANSFORMS, transform())["id"]

    def replace(number: int) -> None:
        with service.client(tenant_id=tenant(client)) as other:
            other.replace(TRANSFORMS, identifier, transform(description=str(number)))

    with ThreadPoolExecutor(8) as clients:
        assert len(list(clients.map(replace, range(40)))) == 40
    assert [record.revision for record in reader.wait_for_key(identifier, 41)] == list(range(1, 42))
