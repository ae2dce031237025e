"""The version documents as keystoneauth1, and with it every OpenStack client, discovers a service by them."""

from typing import Any

import pytest
from keystoneauth1 import access, adapter, discover, session
from keystoneauth1.identity.base import BaseIdentityPlugin
from keystoneauth1.noauth import NoAuth

from api.one_database import on_sqlite
from api.running_service import TRANSFORMS, Tenant

pytestmark = on_sqlite

TYPE = "events"


class Catalogued(BaseIdentityPlugin):
    """A token whose catalogue names one endpoint."""

    def __init__(self, endpoint: str) -> None:
        super().__init__()
        self._endpoint = endpoint

    def get_auth_ref(self, _session: session.Session) -> Any:
        endpoint = {"id": "1", "interface": "public", "region": "one", "region_id": "one", "url": self._endpoint}
        service = {"id": "1", "type": TYPE, "name": TYPE, "endpoints": [endpoint]}
        token = {"methods": [], "expires_at": "2999-01-01T00:00:00Z", "catalog": [service]}
        return access.create(body={"token": token}, auth_token="a-token")

    def get_cache_id_elements(self) -> dict[str, Any]:
        return {"endpoint": self._endpoint}


@pytest.mark.parametrize("path", ["", "/", "/v2.0", "/v2.0/"])
def test_a_catalogued_endpoint_is_discovered(api: Tenant, path: str) -> None:
    client = session.Session(auth=Catalogued(f"{api.service.url}{path}"))
    found = client.auth.get_endpoint_data(client, service_type=TYPE, min_version="2.0", max_version="2.latest")
    assert (found.url.rstrip("/"), found.api_version) == (f"{api.service.url}/v2.0", (2, 0))


def test_a_version_that_is_not_there_is_not_discovered(api: Tenant) -> None:
    client = session.Session(auth=Catalogued(f"{api.service.url}/"))
    assert client.get_endpoint(service_type=TYPE, version="3") is None


def test_the_catalogue_need_not_name_the_version_wanted(api: Tenant) -> None:
    client = session.Session(auth=Catalogued(f"{api.service.url}/v2.0"))
    assert client.get_endpoint(service_type=TYPE, version="2") == f"{api.service.url}/v2.0"


@pytest.mark.parametrize("path", ["/", "/v2.0"])
def test_both_documents_tell_the_same_version(api: Tenant, path: str) -> None:
    (version,) = discover.Discover(session.Session(auth=NoAuth()), f"{api.service.url}{path}").version_data()
    assert (version["version"], version["url"], version["raw_status"]) == ((2, 0), f"{api.service.url}/v2.0", "CURRENT")


def test_an_adapter_finds_its_way_to_the_transforms(api: Tenant) -> None:
    client = adapter.Adapter(
        session.Session(auth=Catalogued(api.service.url)), service_type=TYPE, min_version="2", max_version="2.latest"
    )
    assert client.get(api.path(TRANSFORMS).removeprefix("/v2.0")).json()["elements"] == []


@pytest.mark.parametrize("path", ["/", "/v2.0"])
def test_clients_of_2015_find_the_elements(api: Tenant, path: str) -> None:
    (version,) = api.get(path).json()["elements"]
    assert (version["id"], version["status"]) == ("v2.0", "CURRENT")
