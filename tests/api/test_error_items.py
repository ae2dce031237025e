"""What programs read of an error: ``code``, ``status`` and ``title`` of each item (contract 1.7), who has a name."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.examples import NEVER_USED, stream_definition, transform, unique
from api.running_service import EVENTS, STREAM_DEFINITIONS, TRANSFORMS, RunningService, Tenant, databases
from monasca_events_api.storage.sessions import Database
from servers.run import folder_of_the_run

KINDS = pytest.mark.parametrize(("path", "body"), [(STREAM_DEFINITIONS, stream_definition), (TRANSFORMS, transform)])
Body = Callable[..., dict[str, Any]]
CUT_WHO_INSERTS = """
    CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
    CREATE TRIGGER cut BEFORE INSERT ON transforms FOR EACH ROW EXECUTE FUNCTION cut()
"""


@pytest.fixture
def cut_each_time(request: pytest.FixtureRequest) -> Iterator[Tenant]:
    """A service on PostgreSQL that loses its connection whenever it stores a transform."""
    folder = folder_of_the_run(unique("cut-each-time"))
    url = databases["postgresql"](request, folder)
    service = RunningService(folder, url)
    service.migrate()
    with Database(url).migrating() as connection, connection.begin():
        connection.execute(text(CUT_WHO_INSERTS))
    service.start()
    with service.tenant(None) as tenant:
        yield tenant
    service.stop()


def told(answer: httpx.Response) -> list[tuple[str, int, str]]:
    return [(each["code"], each["status"], each["title"]) for each in answer.json()["errors"]]


@KINDS
def test_a_taken_name_tells_who_has_it(api: Tenant, path: str, body: Body) -> None:
    holder = api.create(path, body(name="mine"))["id"]
    noun = path.removeprefix("/v2.0/").removesuffix("s")
    answer = api.post_json(path, body(name="mine"))
    (item,) = answer.json()["errors"]
    assert (answer.status_code, item) == (
        409,
        {
            "location": "body",
            "name": "name",
            "description": "The name 'mine' is taken",
            "code": f"{noun}.name.taken",
            "status": 409,
            "title": "Conflict",
            "id": holder,
        },
    )


@KINDS
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_of_name_is_told_who_has_it(api: Tenant, path: str, body: Body, method: str) -> None:
    holder = api.create(path, body(name="theirs"))["id"]
    mine = api.create(path, body())["id"]
    answer = api.request(method, f"{path}/{mine}", json=body(name="theirs"))
    assert (answer.status_code, answer.json()["errors"][0]["id"]) == (409, holder)


def test_another_tenants_definition_of_the_name_is_not_told(api: Tenant, other_tenant: Tenant) -> None:
    name = unique("name")
    other_tenant.create(TRANSFORMS, transform(name=name))
    mine = api.create(TRANSFORMS, transform(name=name))["id"]
    assert api.post_json(TRANSFORMS, transform(name=name)).json()["errors"][0]["id"] == mine


@KINDS
def test_an_unknown_id_has_a_code(api: Tenant, path: str, body: Body) -> None:
    noun = path.removeprefix("/v2.0/").removesuffix("s")
    assert body
    assert told(api.get(f"{path}/{NEVER_USED}")) == [(f"{noun}.id.unknown", 404, "Not Found")]


def test_a_stale_revision_has_a_code(api: Tenant) -> None:
    made = api.create(TRANSFORMS, transform())["id"]
    answer = api.delete(f"{TRANSFORMS}/{made}", headers={"If-Match": '"9"'})
    assert told(answer) == [("transform.revision.other", 412, "Precondition Failed")]


def test_a_full_quota_has_a_code(tight: Tenant) -> None:
    for _ in range(5):
        tight.create(TRANSFORMS, transform())
    assert told(tight.post_json(TRANSFORMS, transform())) == [("transform.quota.reached", 403, "Forbidden")]


def test_each_fault_has_a_code(api: Tenant) -> None:
    answer = api.post_json(TRANSFORMS, {"name": "", "enabled": 1, "colour": "red"})
    assert sorted(told(answer)) == [
        ("body.empty", 400, "Bad Request"),
        ("body.required", 400, "Bad Request"),
        ("body.unknown", 400, "Bad Request"),
        ("body.wrong-kind", 400, "Bad Request"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        STREAM_DEFINITIONS,
        TRANSFORMS,
        EVENTS,
        f"{TRANSFORMS}/preview",
        f"{STREAM_DEFINITIONS}/preview",
    ],
)
def test_a_fault_of_the_query_is_told_beside_a_body_that_is_no_json(api: Tenant, path: str) -> None:
    codes = {code for code, _, _ in told(api.post(f"{path}?colour=blue", content=b"{"))}
    assert codes == {"querystring.unknown", "body.malformed"}


@pytest.mark.parametrize("path", [STREAM_DEFINITIONS, TRANSFORMS, EVENTS])
def test_a_tenant_that_can_be_none_is_told_beside_other_faults(with_roles: Callable[[str], Tenant], path: str) -> None:
    answer = with_roles("monasca-user, admin").post(f"{path}?colour=blue&tenant_id={'x' * 65}", content=b"{}")
    assert {each["name"] for each in answer.json()["errors"]} == {"colour", "tenant_id"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "code"),
    [
        ("GET", "/nowhere", {}, "address.unknown"),
        ("GET", EVENTS, {}, "method.unknown"),
        ("GET", TRANSFORMS, {"Accept": "text/html"}, "answer.not-acceptable"),
        ("GET", f"{TRANSFORMS}?x=1", {}, "querystring.unknown"),
        ("POST", TRANSFORMS, {"Content-Type": "text/yaml"}, "body.wrong-type"),
        ("POST", TRANSFORMS, {"Content-Type": "application/json"}, "body.malformed"),
    ],
)
def test_each_answer_without_single_faults_has_a_code(
    api: Tenant, method: str, path: str, headers: dict[str, str], code: str
) -> None:
    answer = api.request(method, path, headers=headers, content=b"x" if method == "POST" else None)
    assert [(each["code"], each["status"]) for each in answer.json()["errors"]] == [(code, answer.status_code)]


def test_a_connection_that_is_cut_each_time_is_no_conflict(cut_each_time: Tenant) -> None:
    answer = cut_each_time.post_json(TRANSFORMS, transform())
    assert told(answer) == [("service.unavailable", 503, "Service Unavailable")]


def test_who_may_nothing_is_told_a_code(with_roles: Callable[[str], Tenant]) -> None:
    assert told(with_roles("stranger").get(TRANSFORMS)) == [("role.missing", 403, "Forbidden")]


@pytest.mark.parametrize("path", ["/", "/healthcheck", TRANSFORMS, EVENTS])
def test_options_knows_no_other_parameter_either(api: Tenant, path: str) -> None:
    assert told(api.options(f"{path}?colour=red")) == [("querystring.unknown", 400, "Bad Request")]


def test_options_for_another_tenant_is_for_delegates(with_roles: Callable[[str], Tenant]) -> None:
    answer = with_roles("monasca-user").options(f"{TRANSFORMS}?tenant_id=other")
    assert told(answer) == [("role.missing", 403, "Forbidden")]
