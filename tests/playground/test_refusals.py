"""What goes wrong between the page and the service is told in words, and nothing that was typed is lost."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from api.running_service import RunningService
from playground.prefix_front import PREFIX, prefix_front
from playground.reader import Reader
from servers.api_process import ApiProcess, developed_behind
from servers.keystone import Keystone
from servers.run import folder_of_the_run

SPECIFICATION = "- {event_type: a.*, traits: {}}"
QUICK = {"http_connect_timeout": "1", "http_request_max_retries": "0"}
WANTS_A_TOKEN = "This service wants a token. Enter one above, and the preview is there."


@pytest.fixture(scope="module")
def guarded(keystone: Keystone) -> Iterator[ApiProcess]:
    """The service behind Keystone, which does not wait long for it."""
    folder = folder_of_the_run("playground-guarded")
    process = ApiProcess(folder, developed_behind(keystone, folder, **QUICK), sample="development.ini")
    process.migrate()
    process.start()
    yield process
    process.stop()


@pytest.fixture
def stranger(window: Chrome, guarded: ApiProcess) -> Reader:
    """Somebody who has opened the page of a service that wants a token."""
    reader = Reader(window, guarded.url)
    reader.opens()
    return reader


def enters(reader: Reader, token: str) -> None:
    reader.writes("token", token)


def test_without_a_token_the_page_says_that_one_is_wanted(stranger: Reader) -> None:
    assert stranger.summary() == WANTS_A_TOKEN
    assert stranger.faults("specification") == []


def test_with_a_token_the_preview_is_there(stranger: Reader, keystone: Keystone) -> None:
    enters(stranger, f" {keystone.token('full')}\n")
    stranger.reads("7 notifications")


def test_a_token_that_is_not_taken_is_told(stranger: Reader) -> None:
    enters(stranger, "gAAAA-of-yesterday")
    stranger.reads("The service does not take this token (401)")


@pytest.mark.parametrize("token", ["two words", "geheim-ü", "new\u00a0space"])
def test_what_cannot_be_a_token_is_told_and_not_sent(stranger: Reader, token: str) -> None:
    before = stranger.asked()
    enters(stranger, token)
    stranger.reads("This is no token")
    assert stranger.asked() == before


@pytest.mark.parametrize("user", ["agent", "unrelated"])
def test_a_role_that_may_not_preview_is_told(stranger: Reader, keystone: Keystone, user: str) -> None:
    enters(stranger, keystone.token(user))
    stranger.reads("The token is good, but its role may not preview (403).")


def test_keystone_away_is_told_and_later_the_button_tries_again(stranger: Reader, keystone: Keystone) -> None:
    token = keystone.token("full")
    keystone.kill()
    try:
        enters(stranger, token)
        stranger.reads("The service cannot answer now (503)")
    finally:
        keystone.start()
    # The service looks for it from time to time.
    stranger.sees(lambda: stranger.one("#bar [type=submit]").click() or "7 notifications" in stranger.summary())


def test_a_service_that_cannot_be_reached_is_told_and_what_was_typed_stays(
    reader: Reader, service: RunningService
) -> None:
    service.stop()
    try:
        reader.writes("specification", SPECIFICATION)
        reader.reads("The service cannot be reached. What you wrote is kept")
    finally:
        service.start()
    assert reader.text("specification") == SPECIFICATION
    reader.one("#bar [type=submit]").click()
    reader.reads("7 dropped")


def test_without_a_network_the_preview_goes_on_when_it_is_back(reader: Reader) -> None:
    away = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    reader.window.execute_cdp_cmd("Network.enable", {})
    reader.window.execute_cdp_cmd("Network.emulateNetworkConditions", away)
    try:
        reader.writes("specification", SPECIFICATION)
        reader.reads("The service cannot be reached.")
    finally:
        reader.window.execute_cdp_cmd("Network.emulateNetworkConditions", away | {"offline": False})
    reader.reads("7 dropped")


def test_more_than_the_service_takes_is_told(reader: Reader) -> None:
    reader.writes("events", f'[{{"event_type": "{"x" * 250_000}"}}]')
    reader.reads("This is too much for one preview (413). A body may have at most 200000 bytes")


def test_a_preview_that_is_too_dear_is_told_below_the_events(reader: Reader) -> None:
    reader.writes("specification", f"- {{event_type: {'x' * 100}, traits: {{}}}}\n" * 100)
    event = f'{{"event_type": "{"a" * 100}", "message_id": "m"}}'
    reader.writes("events", f"[{','.join([event] * 1000)}]")
    reader.reads("One fault")
    assert reader.faults("events")[0].endswith("send fewer events")


def test_an_answer_of_a_proxy_is_told_as_such(window: Chrome, service: RunningService) -> None:
    with prefix_front(service.address) as url:
        reader = Reader(window, url)
        reader.opens()
        # The module asks beside itself, so from here it asks the proxy for what that does not have.
        told = reader.runs(
            "const get = window.fetch;"
            "window.fetch = (url, options) => get(String(url).replace(given[0], ''), options);"
            "const {preview} = await import('./playground/previews.js');"
            "return (await preview('x', '{}', '', new AbortController().signal)).refusal",
            PREFIX,
        )
    assert told.startswith("The service answered 502. The answer is not the service's")


def test_an_answer_that_is_overtaken_is_not_shown(reader: Reader) -> None:
    # No service can be made to answer two questions in the wrong order.
    shown = reader.runs(
        "const {latest} = await import('./playground/latest.js');"
        "const answers = {}; const seen = [];"
        "const ask = latest(question => new Promise(answer => { answers[question] = answer; }), seen.push.bind(seen));"
        "const both = [ask('first'), ask('second')];"
        "answers.second('to the second'); answers.first('to the first'); await Promise.all(both);"
        "return seen"
    )
    assert shown == ["to the second", "second"]


def test_a_question_that_is_overtaken_is_ended(reader: Reader) -> None:
    ended = reader.runs(
        "const {latest} = await import('./playground/latest.js'); const signals = [];"
        "const ask = latest(async (question, signal) => { signals.push(signal); }, () => {});"
        "ask(1); ask(2); return signals.map(each => each.aborted)"
    )
    assert ended == [True, False]
