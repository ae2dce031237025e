"""``/asyncapi.json`` and the JSON Schemas of records and headers: true of what is really published (contract 2)."""

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator

from api.examples import stream_definition, transform, unique
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, RunningService
from consumers.published import Topics, do_everything, read, republish
from history.topics import Record
from servers.run import folder_of_the_run

RULES_OF_ASYNCAPI = Path(__file__).parent / "data" / "asyncapi-3.0.0.json"
SCHEMAS = files("monasca_events_api").joinpath("message_schemas")
RECORDS = {
    "streamDefinitions": ("stream-definition-created", "stream-definition-deleted"),
    "transforms": ("transform", "transform-deleted"),
    "events": ("event",),
}
HEADERS = {"streamDefinitions": "definition-headers", "transforms": "definition-headers", "events": "event-headers"}
NAMES = sorted({*HEADERS.values(), *(name for names in RECORDS.values() for name in names)})
CHANNELS = {"stream-definition": "streamDefinitions", "transform": "transforms", "event": "events"}
TYPES = {
    "stream-definition-created",
    "stream-definition-updated",
    "stream-definition-deleted",
    "transform-created",
    "transform-updated",
    "transform-deleted",
    "event",
}


@pytest.fixture(scope="module")
def from_kafka(service: RunningService, topics: Topics) -> list[Record]:
    """What a consumer reads of a tenant that has done everything there is to do, republished definitions included."""
    with service.tenant(unique("tenant")) as tenant:
        expected = do_everything(tenant)
        kept = [tenant.create(STREAM_DEFINITIONS, stream_definition()), tenant.create(TRANSFORMS, transform())]
    republish(service)
    return read(topics, expected | {each["id"]: 2 for each in kept})


@pytest.fixture(scope="module")
def from_files() -> list[Record]:
    """The same from the development publisher's files."""
    folder = folder_of_the_run("schemas")
    service = RunningService(folder, f"sqlite:///{folder}/monasca-events.sqlite")
    service.migrate()
    service.start()
    with service.tenant(unique("tenant")) as tenant:
        do_everything(tenant)
        announced = [(topic, each) for topic in service.topics for each in tenant.announced(topic)]
    service.stop()
    return [Record(topic, 0, 0, each.key, each.headers, json.dumps(each.value).encode()) for topic, each in announced]


@pytest.fixture(params=["from_kafka", "from_files"])
def records(request: pytest.FixtureRequest) -> list[Record]:
    found: list[Record] = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def document(service: RunningService) -> dict[str, Any]:
    return dict(get(service, "/asyncapi.json").raise_for_status().json())


def schema(name: str) -> dict[str, Any]:
    """Return a schema as it lies in the package."""
    return dict(json.loads(SCHEMAS.joinpath(f"{name}.json").read_text(encoding="utf-8")))


def get(service: RunningService, path: str, method: str = "GET") -> httpx.Response:
    return httpx.request(method, service.url + path, trust_env=False)


def channel(record: Record) -> str:
    return next(found for noun, found in CHANNELS.items() if record.headers["type"].startswith(noun))


def fitting(record: Record) -> list[str]:
    """Return the schemas that the record's value fits, of those of its channel."""
    return [name for name in RECORDS[channel(record)] if Draft7Validator(schema(name)).is_valid(record.json)]


def unknown_keys(schema: dict[str, Any], root: dict[str, Any], value: Any) -> list[str]:
    """Return the keys of *value*, an object, that *schema* does not describe."""
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list) and "items" in schema:
        return [key for each in value for key in unknown_keys(schema["items"], root, each)]
    if not isinstance(value, dict) or "additionalProperties" in schema or "properties" not in schema:
        return []
    known = schema["properties"]
    return [key for key in value if key not in known] + [
        deeper for key in value if key in known for deeper in unknown_keys(known[key], root, value[key])
    ]


def test_the_records_are_of_every_type_there_is(records: list[Record]) -> None:
    assert {record.headers["type"] for record in records} == TYPES


def test_every_value_fits_exactly_one_schema_of_its_channel(records: list[Record]) -> None:
    assert [record.value for record in records if len(fitting(record)) != 1] == []


def test_every_schema_of_a_record_is_the_one_of_some(records: list[Record]) -> None:
    assert {name for record in records for name in fitting(record)} == {
        name for names in RECORDS.values() for name in names
    }


def test_all_headers_fit_their_schema(records: list[Record]) -> None:
    faults = [
        fault.message
        for record in records
        for fault in Draft7Validator(schema(HEADERS[channel(record)])).iter_errors(record.headers)
    ]
    assert faults == []


def test_no_header_is_without_a_description(records: list[Record]) -> None:
    known = {name: set(schema(name)["properties"]) for name in HEADERS.values()}
    assert [record.headers for record in records if set(record.headers) - known[HEADERS[channel(record)]]] == []


def test_no_key_of_a_definition_is_without_a_description(records: list[Record]) -> None:
    undescribed = [
        key
        for record in records
        if channel(record) != "events"
        for name in fitting(record)
        for key in unknown_keys(schema(name), schema(name), record.json)
    ]
    assert undescribed == []


def test_republished_definitions_say_so(from_kafka: list[Record]) -> None:
    assert [record.headers["type"] for record in from_kafka if "republished" in record.headers].count(
        "stream-definition-created"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_a_json_schema(name: str) -> None:
    Draft7Validator.check_schema(schema(name))


def test_the_document_is_an_asyncapi_document(document: dict[str, Any]) -> None:
    rules = Draft7Validator(json.loads(RULES_OF_ASYNCAPI.read_text(encoding="utf-8")))
    assert [f"{fault.json_path}: {fault.message}" for fault in rules.iter_errors(document)] == []


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    assert [reference for reference in references(document) if not resolves(document, reference)] == []


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references(each)


def resolves(document: dict[str, Any], reference: str) -> bool:
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found.get(name, {})
    return bool(found)


def test_its_channels_are_the_topics_of_the_settings(document: dict[str, Any], topics: Topics) -> None:
    assert [each["address"] for each in document["channels"].values()] == list(topics.all)


def test_it_says_which_records_and_headers_each_channel_has(document: dict[str, Any]) -> None:
    messages = document["components"]["messages"]
    for channel, described in document["channels"].items():
        assert tuple(described["messages"]) == RECORDS[channel]
        told = [messages[name]["headers"]["$ref"].rpartition("/")[2] for name in described["messages"]]
        assert {*told} == {HEADERS[channel]}


def test_its_schemas_are_those_of_the_package(document: dict[str, Any]) -> None:
    shown = document["components"]["schemas"]
    assert {name: each["title"] for name, each in shown.items()} == {name: schema(name)["title"] for name in NAMES}


def test_it_does_not_name_the_brokers(service: RunningService, topics: Topics) -> None:
    assert topics.kafka.bootstrap not in get(service, "/asyncapi.json").text


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda service: get(service, "/asyncapi.json/"), 200),
        (lambda service: get(service, "/asyncapi.json?x=1"), 400),
        (lambda service: get(service, "/asyncapi.json", "HEAD"), 200),
        (lambda service: get(service, "/asyncapi.json", "POST"), 405),
    ],
    ids=["with a slash", "an unknown parameter", "HEAD", "POST"],
)
def test_it_answers_as_every_address_does(
    service: RunningService, ask: Callable[[RunningService], httpx.Response], status: int
) -> None:
    assert ask(service).status_code == status


def test_options_tells_its_methods(service: RunningService) -> None:
    assert get(service, "/asyncapi.json", "OPTIONS").headers["Allow"] == "GET, HEAD, OPTIONS"
