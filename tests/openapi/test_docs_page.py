"""``/docs`` as a reader uses it, in a headless browser (contract 1)."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.wait import WebDriverWait

from api.examples import unique
from api.running_service import TRANSFORMS
from openapi.browser import chromium, screenshot
from openapi.conftest import GuardedService
from servers.api_process import PROJECT

PICTURE = PROJECT / "docs/images/docs-page.png"
CREATE = "operations-transforms-create_transform"
PREVIEW = "operations-transforms-preview_transform"
SECONDS = 20


@pytest.fixture(scope="module")
def window() -> Iterator[Chrome]:
    with chromium() as browser:
        yield browser


def element(window: Chrome, css: str) -> WebElement:
    return WebDriverWait(window, SECONDS).until(until.element_to_be_clickable((By.CSS_SELECTOR, css)))


def opened(window: Chrome, service: GuardedService, token: str) -> None:
    window.get(f"{service.url}/docs")
    element(window, f"#{CREATE}")
    element(window, "#token").send_keys(token)


def tried(window: Chrome, operation: str, body: str | None = None) -> str:
    """Execute an operation in the page, and return the status that it shows."""
    click(window, f"#{operation} .opblock-summary-control")
    if body is not None:
        area = element(window, f"#{operation} textarea.body-param__text")
        # As a paste: typed key by key it would take the test's minute.
        window.execute_script(
            "const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;"
            "set.call(arguments[0], arguments[1]);"
            "arguments[0].dispatchEvent(new Event('input', {bubbles: true}));",
            area,
            body,
        )
    click(window, f"#{operation} button.execute")
    status = element(window, f"#{operation} .live-responses-table .response .response-col_status")
    return status.text.split()[0]


def click(window: Chrome, css: str) -> None:
    found = element(window, css)
    window.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
    found.click()


def errors(window: Chrome) -> list[Any]:
    return [entry for entry in window.get_log("browser") if entry["level"] == "SEVERE"]


def test_a_token_lets_a_reader_create_a_transform(window: Chrome, guarded: GuardedService) -> None:
    opened(window, guarded, guarded.token)
    name = unique("from the page")
    body = f'{{"name": "{name}", "specification": "[{{event_type: a, traits: {{}}}}]"}}'
    assert tried(window, CREATE, body) == "200"
    page = httpx.get(f"{guarded.url}{TRANSFORMS}?name={name}", headers=guarded.headers, trust_env=False).json()
    assert [made["name"] for made in page["elements"]] == [name]


def test_the_recorded_preview_can_be_tried_and_its_answer_seen(window: Chrome, guarded: GuardedService) -> None:
    opened(window, guarded, guarded.token)
    assert tried(window, PREVIEW) == "200"
    answer = element(window, f"#{PREVIEW} .live-responses-table .response .response-col_description").text
    assert '"instance_id": "i-17"' in answer
    if not PICTURE.exists():  # the manual's; to renew it, remove it
        window.execute_script(f"document.querySelector('#{PREVIEW} .opblock-section-request-body').scrollIntoView()")
        window.execute_script(f"document.querySelector('#{PREVIEW} .responses-wrapper .curl-command').remove()")
        screenshot(window, PICTURE)


def test_what_tenants_come_for_stands_first(window: Chrome, guarded: GuardedService) -> None:
    opened(window, guarded, guarded.token)
    groups = window.find_elements(By.CSS_SELECTOR, ".opblock-tag")
    assert [each.get_attribute("data-tag") for each in groups] == [
        "transforms",
        "stream-definitions",
        "events",
        "service",
    ]


def test_a_path_is_shown_with_what_is_done_to_it_alone(window: Chrome, guarded: GuardedService) -> None:
    opened(window, guarded, guarded.token)
    shown = [
        each.text for each in window.find_elements(By.CSS_SELECTOR, ".opblock-summary-method") if each.is_displayed()
    ]
    assert set(shown) == {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def phone(window: Chrome) -> Iterator[Chrome]:
    size = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield window
    window.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_a_phone_an_open_operation_has_the_width_that_there_is(phone: Chrome, guarded: GuardedService) -> None:
    opened(phone, guarded, guarded.token)
    assert tried(phone, PREVIEW) == "200"
    assert phone.execute_script("return document.documentElement.scrollWidth") == 360


def test_on_a_phone_the_words_about_a_group_stand_below_its_name(phone: Chrome, guarded: GuardedService) -> None:
    opened(phone, guarded, guarded.token)
    group = element(phone, ".opblock-tag")
    assert group.find_element(By.CSS_SELECTOR, "small").size["width"] > group.size["width"] * 0.8


def test_a_link_to_an_operation_shows_it_below_the_header(window: Chrome, guarded: GuardedService) -> None:
    window.get("about:blank")
    window.get(f"{guarded.url}/docs#/transforms/delete_transform")
    place = "return document.querySelector(arguments[0]).getBoundingClientRect()"

    def stands_below(_: Chrome) -> bool:
        header = window.execute_script(place, "header")
        linked = window.execute_script(place, "#operations-transforms-delete_transform")
        return bool(header["bottom"] <= linked["top"] < header["bottom"] + 100)

    element(window, "#operations-transforms-delete_transform")
    WebDriverWait(window, SECONDS).until(stands_below)


def test_every_field_has_a_name(window: Chrome, guarded: GuardedService) -> None:
    opened(window, guarded, guarded.token)
    for operation in (CREATE, "operations-transforms-list_transforms"):
        click(window, f"#{operation} .opblock-summary-control")
        element(window, f"#{operation} button.execute")
    fields = window.find_elements(By.CSS_SELECTOR, "input, select, textarea")
    assert len(fields) > 10
    assert [field.get_attribute("outerHTML") for field in fields if not field.accessible_name] == []


def test_there_is_one_main_part(window: Chrome, guarded: GuardedService) -> None:
    opened(window, guarded, guarded.token)
    assert len(window.find_elements(By.TAG_NAME, "main")) == 1


def test_it_is_dark_where_the_reader_wants_it_so(window: Chrome, guarded: GuardedService) -> None:
    for scheme in ("dark", "light"):
        wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        window.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)
        opened(window, guarded, guarded.token)
        colour = window.execute_script("return getComputedStyle(document.documentElement).backgroundColor")
        assert (colour == "rgb(28, 32, 34)") == (scheme == "dark")


def test_without_a_token_the_page_shows_the_401(window: Chrome, guarded: GuardedService) -> None:
    window.get(f"{guarded.url}/docs/")
    assert tried(window, CREATE) == "401"


def test_the_page_breaks_no_rule_of_its_policy(window: Chrome, guarded: GuardedService) -> None:
    errors(window)
    opened(window, guarded, guarded.token)
    assert errors(window) == []


def test_the_policy_forbids_scripts_in_the_page_and_other_hosts(guarded: GuardedService) -> None:
    answer = httpx.get(f"{guarded.url}/docs", trust_env=False)
    rules = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert (rules["default-src"], rules["script-src"], rules["connect-src"]) == ("'none'", "'self'", "'self'")
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/docs/docs.js", "/docs/swagger-ui.css"])
def test_anyone_may_read_the_page(guarded: GuardedService, path: str) -> None:
    assert httpx.get(f"{guarded.url}{path}", trust_env=False).status_code == 200


@pytest.mark.parametrize("name", ["LICENSE", "..%2Fdocs.html", "%2e%2e", "docs.html"])
def test_there_are_no_other_files(guarded: GuardedService, name: str) -> None:
    assert httpx.get(f"{guarded.url}/docs/{name}", trust_env=False).status_code == 404
