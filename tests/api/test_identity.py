"""Who may do what, as far as a fixed identity shows it (contract 1.1); Keystone's own part is in tests/keystone."""

import json
from collections.abc import Callable

import pytest

from api.examples import event, stream_definition, transform, unique
from api.running_service import EVENTS, OWN_TENANT, STREAM_DEFINITIONS, TRANSFORMS, Tenant, places, refusal

WithRoles = Callable[[str], Tenant]
DEFINITION = {STREAM_DEFINITIONS: stream_definition, TRANSFORMS: transform}
FULL = ["monasca-user", "other, MONASCA-USER", "Admin"]
AGENT = "Monasca-Agent"
DELEGATE = "Admin"
NEITHER = "other, monasca-users, monasca"
DEFINITION_REQUESTS = [
    ("GET", STREAM_DEFINITIONS),
    ("POST", STREAM_DEFINITIONS),
    ("GET", f"{STREAM_DEFINITIONS}/x"),
    ("PUT", f"{STREAM_DEFINITIONS}/x"),
    ("PATCH", f"{STREAM_DEFINITIONS}/x"),
    ("DELETE", f"{STREAM_DEFINITIONS}/x"),
    ("GET", TRANSFORMS),
    ("POST", TRANSFORMS),
    ("GET", f"{TRANSFORMS}/x"),
    ("PUT", f"{TRANSFORMS}/x"),
    ("PATCH", f"{TRANSFORMS}/x"),
    ("DELETE", f"{TRANSFORMS}/x"),
]
NEIGHBOUR = "another-tenant"


@pytest.mark.parametrize("roles", FULL)
@pytest.mark.parametrize("path", list(DEFINITION))
def test_full_access_creates_definitions(with_roles: WithRoles, roles: str, path: str) -> None:
    assert with_roles(roles).post_json(path, DEFINITION[path]()).is_success


@pytest.mark.parametrize("roles", [*FULL, AGENT])
def test_full_access_and_agents_post_events(with_roles: WithRoles, roles: str) -> None:
    assert with_roles(roles).post_json(EVENTS, event()).status_code == 204


@pytest.mark.parametrize(("method", "path"), DEFINITION_REQUESTS)
@pytest.mark.parametrize("roles", [AGENT, NEITHER])
def test_nobody_else_has_to_do_with_definitions(with_roles: WithRoles, roles: str, method: str, path: str) -> None:
    answer = with_roles(roles).request(method, path, json={})
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")


def test_nobody_else_posts_events(with_roles: WithRoles) -> None:
    assert with_roles(NEITHER).post_json(EVENTS, event()).status_code == 403


@pytest.mark.parametrize("roles", [NEITHER, AGENT])
@pytest.mark.parametrize("path", ["/", "/v2.0", "/healthcheck", "/healthcheck/live", "/healthcheck/ready"])
def test_what_needs_no_token_needs_no_role(with_roles: WithRoles, roles: str, path: str) -> None:
    assert with_roles(roles).get(path).status_code == 200


@pytest.mark.parametrize("roles", ["monasca-user", AGENT])
def test_without_the_delegate_role_nobody_acts_for_another_tenant(with_roles: WithRoles, roles: str) -> None:
    assert with_roles(roles).post_json(f"{EVENTS}?tenant_id={NEIGHBOUR}", event()).status_code == 403


@pytest.mark.parametrize(("method", "path"), DEFINITION_REQUESTS)
def test_without_the_delegate_role_no_request_is_for_another_tenant(
    with_roles: WithRoles, method: str, path: str
) -> None:
    assert with_roles("monasca-user").request(method, f"{path}?tenant_id={NEIGHBOUR}", json={}).status_code == 403


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_of_the_parameter_it_is_told_that_no_role_allows_it(with_roles: WithRoles, method: str) -> None:
    answer = with_roles("monasca-user").request(method, f"{TRANSFORMS}?tenant_id={NEIGHBOUR}")
    assert places(answer) == [("querystring", "tenant_id", "None of your roles allows the parameter tenant_id")]


def test_without_any_role_the_parameter_is_not_what_is_wrong(with_roles: WithRoles) -> None:
    answer = with_roles(NEITHER).get(f"{TRANSFORMS}?tenant_id={NEIGHBOUR}")
    assert places(answer) == [("header", "X-Auth-Token", "None of your roles allows this")]


def test_the_parameter_is_403_also_for_the_own_tenant(with_roles: WithRoles) -> None:
    assert with_roles("monasca-user").get(f"{TRANSFORMS}?tenant_id={OWN_TENANT}").status_code == 403


def test_what_is_403_is_neither_stored_nor_announced(with_roles: WithRoles) -> None:
    neighbour = unique("tenant")
    with_roles("monasca-user").post_json(f"{TRANSFORMS}?tenant_id={neighbour}", transform())
    with with_roles(DELEGATE).service.tenant(neighbour) as tenant:
        assert tenant.has_nothing()


def test_a_delegate_creates_for_another_tenant(with_roles: WithRoles) -> None:
    neighbour = unique("tenant")
    answer = with_roles(DELEGATE).post_json(f"{TRANSFORMS}?tenant_id={neighbour}", transform())
    assert answer.json()["tenant_id"] == neighbour


def test_a_delegate_without_the_parameter_acts_for_itself(with_roles: WithRoles) -> None:
    assert with_roles(DELEGATE).post_json(TRANSFORMS, transform()).json()["tenant_id"] == OWN_TENANT


def test_a_delegates_events_bear_the_other_tenant(with_roles: WithRoles) -> None:
    neighbour = unique("tenant")
    delegate = with_roles(DELEGATE)
    delegate.post_json(f"{EVENTS}?tenant_id={neighbour}", event())
    (record,) = delegate.service.topics["raw-events"].of_tenant(neighbour)
    assert record.value["event"]["_tenant_id"] == neighbour


@pytest.mark.parametrize("tenant", ["", "x" * 65, "%00"])
def test_a_tenant_that_can_be_none_is_400(with_roles: WithRoles, tenant: str) -> None:
    status, ((name, _),) = refusal(with_roles(DELEGATE).get(f"{TRANSFORMS}?tenant_id={tenant}"))
    assert (status, name) == (400, "tenant_id")


def test_tenant_id_twice_is_400(with_roles: WithRoles) -> None:
    answer = with_roles(DELEGATE).get(f"{TRANSFORMS}?tenant_id=a&tenant_id=b")
    assert refusal(answer) == (400, [("tenant_id", "Stands there twice")])


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Tenant-Id": NEIGHBOUR, "X-Project-Id": NEIGHBOUR, "X-Roles": "admin", "X-User-Id": "root"},
        {"X_Tenant_Id": NEIGHBOUR, "X_ROLES": "admin", "X-Identity-Status": "Confirmed"},
        {"X-Service-Roles": "admin", "X-Service-Project-Id": NEIGHBOUR, "OpenStack-System-Scope": "all"},
    ],
)
def test_identity_headers_that_a_client_sends_are_worth_nothing(with_roles: WithRoles, headers: dict[str, str]) -> None:
    answer = with_roles("monasca-user").post(TRANSFORMS, json=transform(), headers=headers)
    assert answer.json()["tenant_id"] == OWN_TENANT


@pytest.mark.parametrize(("site", "status"), [("cross-site", 401), ("same-site", 200), ("none", 200)])
def test_the_fixed_identity_is_not_for_pages_of_the_network(with_roles: WithRoles, site: str, status: int) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    answer = with_roles("monasca-user").post(TRANSFORMS, content=json.dumps(transform()), headers=headers)
    assert answer.status_code == status


def test_a_role_that_a_client_claims_gives_it_nothing(with_roles: WithRoles) -> None:
    claimed = {"X-Roles": "monasca-user, admin"}
    statuses = {with_roles(NEITHER).request(*each, headers=claimed).status_code for each in DEFINITION_REQUESTS}
    assert statuses == {403}
