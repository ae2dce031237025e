"""The page itself: who may have it, what it needs, and what it may do."""

from collections.abc import Iterator

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from api.running_service import RunningService
from playground.prefix_front import prefix_front
from playground.reader import PHONE, STREAMS, TRANSFORMS, Reader

FILES = ("playground.js", "playground.css", "yaml.js")


def get(service: RunningService, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    return httpx.request(method, f"{service.url}{path}", headers=headers, trust_env=False)


@pytest.fixture
def behind_a_proxy(window: Chrome, service: RunningService) -> Iterator[Reader]:
    with prefix_front(service.address) as url:
        yield Reader(window, url)


def rules(answer: httpx.Response) -> dict[str, str]:
    return dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))


def test_the_policy_forbids_scripts_in_the_page_other_hosts_and_markup_of_text(service: RunningService) -> None:
    answer = get(service, "/playground")
    policy = rules(answer)
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert (policy["connect-src"], policy["require-trusted-types-for"]) == ("'self'", "'script'")
    assert not any(each in answer.text for each in ("<script>", "<style", "style=", "onclick", "http://", "https://"))


def test_the_page_breaks_no_rule_of_its_policy_and_asks_nobody_else(reader: Reader) -> None:
    reader.window.get_log("browser")
    reader.opens()
    for example in (*TRANSFORMS, *STREAMS):
        reader.takes(example)
    assert [entry for entry in reader.window.get_log("browser") if entry["level"] == "SEVERE"] == []
    asked = reader.window.execute_script("return performance.getEntriesByType('resource').map(each => each.name)")
    assert {name for name in asked if not name.startswith(f"{reader.url}/")} == set()


@pytest.mark.parametrize("path", ["/playground", "/playground/", *(f"/playground/{name}" for name in FILES)])
def test_anyone_may_have_the_page_by_get_and_head(service: RunningService, path: str) -> None:
    shown, told = get(service, path), get(service, path, "HEAD")
    assert (shown.status_code, told.status_code, told.content) == (200, 200, b"")
    assert told.headers["Content-Length"] == str(len(shown.content))


def test_options_tell_the_methods_and_others_are_refused(service: RunningService) -> None:
    told = get(service, "/playground", "OPTIONS")
    assert (told.status_code, told.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert get(service, "/playground", "POST").status_code == 405


def test_the_page_knows_no_parameter(service: RunningService) -> None:
    assert get(service, "/playground?token=x").status_code == 400


@pytest.mark.parametrize("name", ["LICENSE", "..%2Fdocs.html", "%2e%2e", "playground.html", "README.rst"])
def test_there_are_no_other_files(service: RunningService, name: str) -> None:
    assert get(service, f"/playground/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/playground", "/playground/yaml.js", "/docs/docs.js"])
def test_what_the_browser_has_is_not_sent_again(service: RunningService, path: str) -> None:
    answer = get(service, path)
    again = get(service, path, **{"If-None-Match": answer.headers["ETag"]})
    assert (answer.headers["Cache-Control"], again.status_code, again.content) == ("no-cache", 304, b"")


def test_the_pages_lead_to_each_other(reader: Reader) -> None:
    reader.one("nav a").click()
    reader.sees(lambda: reader.window.find_elements(By.ID, "description"))
    assert reader.window.current_url == f"{reader.url}/docs"
    reader.one("header a").click()
    reader.reads("7 notifications")


def test_until_the_answer_to_an_example_is_there_the_one_before_it_is_said_to_be_old(visitor: Reader) -> None:
    visitor.opens()
    visitor.window.execute_script("window.fetch = () => new Promise(() => {})")
    Select(visitor.one("#example")).select_by_visible_text(STREAMS[0])
    visitor.sees(lambda: STREAMS[0] in visitor.one("#notice").text)
    assert visitor.waits()


def test_below_the_faults_of_one_mode_stands_nothing_of_the_other(reader: Reader) -> None:
    reader.writes("events", "[")
    reader.reads("Below is what came of it before.")
    reader.tries("streams")
    reader.sees(lambda: "Below" not in reader.summary() and not reader.waits())
    assert reader.summary().startswith("One fault")
    assert reader.all("#results > *") == []


@pytest.mark.parametrize("slash", ["", "/"])
def test_behind_a_proxy_the_page_is_below_its_path(behind_a_proxy: Reader, slash: str) -> None:
    behind_a_proxy.opens(slash)
    behind_a_proxy.reads("7 notifications: 5 distilled")
    assert behind_a_proxy.one("nav a").get_attribute("href") == f"{behind_a_proxy.url}/docs"


@pytest.mark.parametrize("example", [TRANSFORMS[0], STREAMS[2]])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_screen(visitor: Reader, example: str, scheme: str) -> None:
    visitor.opens(size=PHONE)
    visitor.shape(PHONE, scheme)
    visitor.takes(example)
    assert visitor.window.execute_script("return document.documentElement.scrollWidth") == PHONE[0]
    if (example, scheme) == (STREAMS[2], "dark"):
        visitor.window.execute_script("document.getElementById('outcome').scrollIntoView()")
        visitor.pictures("playground-phone.png")


def test_on_a_phone_the_summary_leads_down_to_the_answer(visitor: Reader) -> None:
    visitor.opens(size=PHONE)
    peek = visitor.one("#peek")
    visitor.sees(peek.is_displayed)
    assert peek.text.endswith("7 notifications: 5 distilled, 1 dropped, 1 error.")
    peek.click()
    visitor.sees(lambda: not peek.is_displayed())
