"""``/`` and ``/v2.0``: which versions there are (contract 1)."""

import pytest

from api.one_database import on_sqlite
from api.running_service import Tenant, refusal

pytestmark = on_sqlite

VERSION = {
    "id": "v2.0",
    "status": "CURRENT",
    "updated": "2014-02-18T00:00:00Z",
}


def test_the_root_lists_the_one_version(api: Tenant) -> None:
    links = [{"rel": "self", "href": f"{api.service.url}/v2.0"}]
    assert api.get("/").json()["elements"] == [{**VERSION, "links": links}]


def test_the_root_links_to_itself(api: Tenant) -> None:
    assert api.get("/").json()["links"] == [{"rel": "self", "href": f"{api.service.url}/"}]


def test_keystone_clients_find_the_version_where_they_look_for_it(api: Tenant) -> None:
    (version,) = api.get("/").json()["versions"]["values"]
    assert version["links"] == [{"rel": "self", "href": f"{api.service.url}/v2.0"}]


@pytest.mark.parametrize("path", ["/v2.0", "/v2.0/"])
def test_the_version_shows_itself(api: Tenant, path: str) -> None:
    answer = api.get(path).json()
    assert {name: answer[name] for name in VERSION} == VERSION


@pytest.mark.parametrize("path", ["/v1.0", "/v3", "/v2.1/", "/v2", "/V2.0"])
def test_an_unknown_version_is_404(api: Tenant, path: str) -> None:
    assert api.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/v2.0"])
def test_the_versions_know_no_parameter(api: Tenant, path: str) -> None:
    assert refusal(api.get(f"{path}?x=1")) == (400, [("x", "Unknown parameter")])


@pytest.mark.parametrize("path", ["/", "/v2.0"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_versions_cannot_be_changed(api: Tenant, path: str, method: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_what_everybody_may_see_may_be_cached(api: Tenant) -> None:
    assert "Cache-Control" not in api.get("/").headers
