"""Links use the URL as the client sees it, behind proxies that are trusted (contract 1.4, Links)."""

import pytest

from api.examples import transform
from api.one_database import on_sqlite
from api.raw_http import send
from api.running_service import TRANSFORMS, Tenant, next_link

pytestmark = on_sqlite

FORWARDED = [
    ({"X-Forwarded-Proto": "https"}, "https://{host}"),
    ({"X-Forwarded-Host": "events.example"}, "http://events.example"),
    ({"X-Forwarded-Host": "events.example:8443"}, "http://events.example:8443"),
    ({"X-Forwarded-Host": "events.example", "X-Forwarded-Port": "8443"}, "http://events.example:8443"),
    ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "events.example", "X-Forwarded-Port": "443"}, "https://events.example"),
    ({"X-Forwarded-Prefix": "/monitoring"}, "http://{host}/monitoring"),
    ({"X-Forwarded-Prefix": "/monitoring/events/"}, "http://{host}/monitoring/events"),
    ({"X-Forwarded-Host": "[2001:db8::1]:8072"}, "http://[2001:db8::1]:8072"),
    ({"Forwarded": "for=192.0.2.1;proto=https;host=events.example"}, "https://events.example"),
    ({"Forwarded": 'for="[2001:db8::9]";host="events.example:8443"'}, "http://events.example:8443"),
    ({"Forwarded": "host=first.example, host=last.example"}, "http://last.example"),
    ({"Forwarded": "for=192.0.2.1", "X-Forwarded-Proto": "https"}, "https://{host}"),
    ({"Forwarded": "proto=https", "X-Forwarded-Host": "events.example"}, "https://{host}"),
    ({"X-Forwarded-Host": "first.example, last.example"}, "http://last.example"),
    ({"Forwarded": "host=events.example", "X-Forwarded-Prefix": "/monitoring"}, "http://events.example/monitoring"),
]  # fmt: skip
REFUSED = [
    {"X-Forwarded-Proto": "javascript"},
    {"X-Forwarded-Host": "evil.example/path"},
    {"X-Forwarded-Host": "user@evil.example"},
    {"X-Forwarded-Host": 'x"><script>'},
    {"X-Forwarded-Prefix": "//evil.example"},
    {"X-Forwarded-Prefix": "monitoring"},
    {"X-Forwarded-Prefix": "/a?b"},
    {"X-Forwarded-Port": "80a"},
    {"X-Forwarded-Port": "123456"},
    {"X-Forwarded-Port": "²".encode("latin-1")},
    {"X-Forwarded-Port": ""},
    {"Forwarded": "nonsense"},
]


def self_link(tenant: Tenant, headers: dict[str, str]) -> str:
    (link,) = tenant.get(TRANSFORMS, headers=headers).json()["links"]
    return str(link["href"]).removesuffix(TRANSFORMS)


@pytest.mark.parametrize(("headers", "wanted"), FORWARDED)
def test_a_trusted_proxy_says_what_the_client_sees(tight: Tenant, headers: dict[str, str], wanted: str) -> None:
    host = tight.service.url.removeprefix("http://")
    assert self_link(tight, headers) == wanted.replace("{host}", host)


@pytest.mark.parametrize(("headers", "_wanted"), FORWARDED)
def test_anybody_else_says_nothing(api: Tenant, headers: dict[str, str], _wanted: str) -> None:
    assert self_link(api, headers) == api.service.url


@pytest.mark.parametrize("headers", REFUSED)
def test_what_can_be_no_url_is_not_taken_from_a_trusted_proxy_either(tight: Tenant, headers: dict[str, str]) -> None:
    assert self_link(tight, headers) == tight.service.url


def test_every_link_is_as_the_client_sees_it(tight: Tenant) -> None:
    seen = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "events.example", "X-Forwarded-Prefix": "/m"}
    for _ in range(3):
        created = tight.post(TRANSFORMS, json=transform(), headers=seen)
    page = tight.get(f"{TRANSFORMS}?limit=2", headers=seen).json()
    links = [
        created.headers["Location"],
        *(link["href"] for each in [created.json(), page, *page["elements"]] for link in each["links"]),
    ]
    assert next_link(page) in links
    assert all(link.startswith("https://events.example/m/v2.0/transforms") for link in links)


def test_the_versions_link_as_the_client_sees_them(tight: Tenant) -> None:
    (version,) = tight.get("/", headers={"X-Forwarded-Host": "events.example"}).json()["elements"]
    assert version["links"] == [{"rel": "self", "href": "http://events.example/v2.0"}]


def test_without_a_proxy_links_use_the_host_that_the_client_asked(api: Tenant) -> None:
    assert self_link(api, {"Host": "events.example:8072"}) == "http://events.example:8072"


def test_a_client_of_http_1_0_that_names_no_host_gets_links_too(api: Tenant) -> None:
    answer = send(api.service.address, f"GET {api.path(TRANSFORMS)} HTTP/1.0\r\n\r\n".encode())
    assert answer.json()["links"][0]["href"].endswith(f":{api.service.address[1]}{TRANSFORMS}")
