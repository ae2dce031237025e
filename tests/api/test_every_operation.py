"""What holds for every operation that the API describes, those that are added later too (contract 1.1, 1.4)."""

from collections.abc import Callable, Iterator

from api.examples import stream_definition, transform
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant, refusal

WithRoles = Callable[[str], Tenant]
HEALTH = {"/healthcheck", "/healthcheck/live", "/healthcheck/ready"}
PAGES = {"/openapi.json", "/asyncapi.json", "/docs", "/docs/{file}", "/playground", "/playground/{file}"}
OPEN = {"/", "/v2.0", *HEALTH, *PAGES}
DEFINITION = {STREAM_DEFINITIONS: stream_definition, TRANSFORMS: transform}


def operations(tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Give method and path of each operation that a description of the API has."""
    for path, methods in tenant.get("/openapi.json").json()["paths"].items():
        yield from ((method.upper(), path) for method in methods if method in {"get", "post", "put", "patch", "delete"})


def test_every_operation_but_those_that_are_open_needs_a_role(with_roles: WithRoles) -> None:
    user = with_roles("other")
    answers = {each: user.request(*each, json={}).status_code for each in operations(user) if each[1] not in OPEN}
    assert answers == dict.fromkeys(answers, 403)
    assert len(answers) > len(OPEN)


def test_what_is_open_can_only_be_read(with_roles: WithRoles) -> None:
    assert {method for method, path in operations(with_roles("other")) if path in OPEN} == {"GET"}


def test_every_operation_refuses_a_parameter_that_it_does_not_know(api: Tenant) -> None:
    made = {path: api.post_json(path, body()).json()["id"] for path, body in DEFINITION.items()}
    answers = {}
    for method, path in operations(api):
        there = path.replace("{id}", made.get(path.removesuffix("/{id}"), ""))
        body = None if method == "GET" else DEFINITION.get(path.removesuffix("/{id}"), dict)()
        answers[method, path] = refusal(api.request(method, f"{there}?nobody_knows=1", json=body))
    unknown = ("nobody_knows", "Unknown parameter")
    assert [each for each, (status, faults) in answers.items() if status != 400 or unknown not in faults] == []
