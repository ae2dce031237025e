"""``/openapi.json``: valid, whole, and true (contract 1)."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from api.running_service import RunningService
from openapi.conftest import GuardedService
from openapi.exchanges import FILE, exchanges
from servers.run import folder_of_the_run

RECORDED: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
EXCHANGES = [
    pytest.param(exchange, id=f"{operation}: {exchange['name']}")
    for operation, recorded in RECORDED.items()
    for exchange in recorded
]


@pytest.fixture(scope="module")
def document(guarded: GuardedService) -> dict[str, Any]:
    return dict(get(f"{guarded.url}/openapi.json").raise_for_status().json())


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["operationId"]: each for path in document["paths"].values() for each in path.values()}


def those(wanted: Callable[[dict[str, Any]], bool]) -> pytest.MarkDecorator:
    """Run a test for each exchange that is *wanted*."""
    return pytest.mark.parametrize("exchange", [each for each in EXCHANGES if wanted(each.values[0])])


ANSWERED = those(lambda exchange: "body" in exchange["response"])
# What is sent as something else than JSON is refused for that, whatever its shape.
SENT = those(
    lambda exchange: "body" in exchange["request"] and "Content-Type" not in exchange["request"].get("headers", {})
)


def get(address: str) -> httpx.Response:
    return httpx.get(address, trust_env=False)


def operation_of(document: dict[str, Any], exchange: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of the operation that *exchange* was one of."""
    path = exchange["request"]["path"].partition("?")[0]
    described = path if path in document["paths"] else f"{path.rpartition('/')[0]}/{{id}}"
    return dict(document["paths"][described][exchange["request"]["method"].lower()])


def conforms(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    """Say whether *value* is what *schema*, a reference into *document*, describes."""
    registry = Registry().with_resource("urn:api", Resource.from_contents(document, default_specification=DRAFT202012))
    return bool(OAS31Validator({"$ref": "urn:api" + schema["$ref"]}, registry=registry).is_valid(value))


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Give every object in *value*, without the examples: these are no schemas."""
    if isinstance(value, dict):
        yield value
        for name, each in value.items():
            yield from parts(each) if name != "examples" else ()
    elif isinstance(value, list):
        for each in value:
            yield from parts(each)


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_anyone_may_read_it(guarded: GuardedService) -> None:
    assert get(f"{guarded.url}/openapi.json").json()["openapi"] == "3.1.0"


def test_it_names_the_address_as_the_client_sees_it(document: dict[str, Any], guarded: GuardedService) -> None:
    assert document["servers"] == [{"url": guarded.url}]


def test_it_knows_no_parameter(guarded: GuardedService) -> None:
    assert get(f"{guarded.url}/openapi.json?x=1").status_code == 400


def test_every_path_answers_the_methods_that_are_described(document: dict[str, Any], guarded: GuardedService) -> None:
    described, answered = {}, {}
    for path, methods in document["paths"].items():
        described[path] = ", ".join(sorted(method.upper() for method in methods))
        address = f"{guarded.url}{path.format(id='x', file='docs.js')}"
        answered[path] = httpx.options(address, headers=guarded.headers, trust_env=False).headers["Allow"]
    assert answered == described


def test_every_operation_is_told_in_words(operations: dict[str, dict[str, Any]]) -> None:
    assert [name for name, each in operations.items() if not each["summary"]] == []


def test_operations_are_called_by_what_they_do(document: dict[str, Any]) -> None:
    called = {
        f"{method} {path.removeprefix('/v2.0/')}": each["operationId"]
        for path, methods in document["paths"].items()
        for method, each in methods.items()
        if path.startswith("/v2.0/") and method not in {"head", "options"}
    }
    assert called == {
        "get transforms": "list_transforms",
        "post transforms": "create_transform",
        "get transforms/{id}": "get_transform",
        "put transforms/{id}": "replace_transform",
        "patch transforms/{id}": "update_transform",
        "delete transforms/{id}": "delete_transform",
        "post transforms/preview": "preview_transform",
        "get stream-definitions": "list_stream_definitions",
        "post stream-definitions": "create_stream_definition",
        "get stream-definitions/{id}": "get_stream_definition",
        "put stream-definitions/{id}": "replace_stream_definition",
        "patch stream-definitions/{id}": "update_stream_definition",
        "delete stream-definitions/{id}": "delete_stream_definition",
        "post stream-definitions/preview": "preview_stream_definition",
        "post events": "post_events",
    }


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any], operations: dict[str, dict[str, Any]]) -> None:
    assert len(operations) == sum(map(len, document["paths"].values()))


def test_every_operation_belongs_to_a_group_that_is_described(
    document: dict[str, Any], operations: dict[str, dict[str, Any]]
) -> None:
    described = {group["name"] for group in document["tags"] if group["description"]}
    assert {name for each in operations.values() for name in each["tags"]} == described


def test_every_operation_has_refusals_in_one_shape(operations: dict[str, dict[str, Any]]) -> None:
    shapes = {
        answer["content"]["application/json"]["schema"]["$ref"]
        for name, each in operations.items()
        for status, answer in each["responses"].items()
        if status[0] in "45" and "content" in answer and name not in {"get_healthcheck", "get_ready"}
    }
    assert shapes == {"#/components/schemas/Error"}


def test_only_what_everybody_may_read_needs_no_token(document: dict[str, Any]) -> None:
    opened = {path for path, methods in document["paths"].items() if "security" in methods["options"]}
    assert opened == {path for path in document["paths"] if not path.startswith("/v2.0/")}


@pytest.mark.parametrize(
    "name",
    [
        "Event",
        "StreamDefinitionBody",
        "StreamDefinitionBodyPatch",
        "StreamPreviewBody",
        "TransformBody",
        "TransformBodyPatch",
        "TransformPreviewBody",
    ],
)
def test_every_field_of_a_body_is_told_in_words(document: dict[str, Any], name: str) -> None:
    fields = document["components"]["schemas"][name]["properties"]
    assert [field for field, schema in fields.items() if not schema.get("description")] == []


# What generators of clients do not get over (openapi-python-client).


def test_no_property_is_a_boolean_in_place_of_a_schema(document: dict[str, Any]) -> None:
    properties = [
        each["properties"] for each in parts(document) if each.get("type") == "object" and "properties" in each
    ]
    assert properties
    assert [each for each in properties if any(isinstance(schema, bool) for schema in each.values())] == []


def test_what_has_a_title_is_described_once(document: dict[str, Any]) -> None:
    titles = [each["title"] for each in parts(document) if isinstance(each.get("title"), str) and "version" not in each]
    assert "Criterion" in titles
    assert sorted(titles) == sorted({*titles})


def test_every_list_says_what_its_items_are(document: dict[str, Any]) -> None:
    assert [each for each in parts(document) if each.get("type") == "array" and "items" not in each] == []


def test_every_header_is_plain_text(operations: dict[str, dict[str, Any]]) -> None:
    headers = [part["schema"] for each in operations.values() for part in each["parameters"] if part["in"] == "header"]
    assert {(schema["type"], *(schema.keys() - {"type", "pattern"})) for schema in headers} == {("string",)}


def test_the_recorded_exchanges_are_still_true() -> None:
    folder = folder_of_the_run("exchanges")
    service = RunningService(folder, f"sqlite:///{folder}/fresh.sqlite")
    service.migrate()
    service.start()
    try:
        assert exchanges(service) == RECORDED
    finally:
        service.stop()


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_every_status_is_described(document: dict[str, Any], exchange: dict[str, Any]) -> None:
    assert str(exchange["response"]["status"]) in operation_of(document, exchange)["responses"]


@ANSWERED
def test_every_answer_is_an_example(document: dict[str, Any], exchange: dict[str, Any]) -> None:
    answer = operation_of(document, exchange)["responses"][str(exchange["response"]["status"])]
    shown = answer["content"]["application/json"]["examples"][exchange["name"]]["value"]
    assert shown == exchange["response"]["body"]


@ANSWERED
def test_every_answer_has_the_shape_that_is_described(document: dict[str, Any], exchange: dict[str, Any]) -> None:
    answer = operation_of(document, exchange)["responses"][str(exchange["response"]["status"])]
    assert conforms(document, answer["content"]["application/json"]["schema"], exchange["response"]["body"])


@SENT
def test_every_body_has_the_shape_that_is_described_unless_it_is_refused(
    document: dict[str, Any], exchange: dict[str, Any]
) -> None:
    schema = operation_of(document, exchange)["requestBody"]["content"]["application/json"]["schema"]
    assert conforms(document, schema, exchange["request"]["body"]) == (exchange["response"]["status"] != 400)
