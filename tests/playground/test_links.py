"""What is typed stands in the address, behind the ``#``, and nowhere else."""

import base64
import json
import zlib
from typing import Any

import pytest

from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, RunningService
from playground.reader import STREAMS, Reader

STATE = {"mode": "transform", "distil": True, "until": "", "specification": "", "definition": "", "events": ""}
SPECIFICATION = "- {event_type: a.*, traits: {host: payload.host}} # ü 😀"
EVENT = '{"event_type": "a.b", "message_id": "m-1", "timestamp": "2026-07-20T15:44:01Z", "payload": {"host": "h1"}}'
BROKEN = "This link is broken: it was cut or changed on its way. Ask for it again."
MARKUP = "<img src=x onerror='window.broken=1'><script>window.broken=1</script>"


def link(packed: bool = True, **texts: Any) -> str:
    """Return the fragment by which a colleague sends *texts*."""
    content = json.dumps({**STATE, **texts}).encode()
    return f"#z={encoded(zlib.compress(content))}" if packed else f"#p={encoded(content)}"


def decoded(fragment: str) -> bytes:
    return base64.urlsafe_b64decode(fragment[3:] + "=" * (-(len(fragment) - 3) % 4))


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def test_what_was_typed_is_there_after_the_page_is_loaded_again(reader: Reader) -> None:
    reader.writes("specification", SPECIFICATION)
    reader.writes("events", EVENT)
    reader.reads("1 distilled")
    reader.window.refresh()
    reader.reads("1 distilled")
    assert (reader.text("specification"), reader.text("events")) == (SPECIFICATION, EVENT)


def test_a_link_shows_a_colleague_the_same(reader: Reader) -> None:
    reader.takes(STREAMS[2])
    address = reader.window.current_url
    before = {field: reader.text(field) for field in ("definition", "events", "until")}
    reader.opens("#" + address.partition("#")[2])
    reader.reads("3 streams: 1 fired, 1 expired, 1 open. 1 event in no stream.")
    assert {field: reader.text(field) for field in before} == before
    assert not reader.one("#distil").is_selected()


@pytest.mark.parametrize("packed", [True, False])
def test_a_link_is_read_packed_or_plain(visitor: Reader, packed: bool) -> None:
    visitor.opens(link(packed, specification=SPECIFICATION, events=EVENT))
    visitor.reads("1 distilled")
    assert visitor.text("specification") == SPECIFICATION


def test_a_browser_that_cannot_pack_writes_plain_links(reader: Reader) -> None:
    fragment = reader.runs(
        "delete window.CompressionStream; const {written} = await import('./playground/fragment.js');"
        "return written(given[0])",
        STATE,
    )
    assert fragment.startswith("#p=")
    assert json.loads(decoded(fragment)) == STATE


def test_another_link_in_the_same_window_is_followed(reader: Reader) -> None:
    reader.window.execute_script("location.hash = arguments[0]", link(specification=SPECIFICATION, events=EVENT))
    reader.reads("1 notification: 1 distilled")


@pytest.mark.parametrize(
    "fragment",
    [
        link(specification=SPECIFICATION)[:-9],
        link(specification=SPECIFICATION).replace("#z=", "#z=AAAA"),
        link(specification=SPECIFICATION).replace("#z=", "#q="),
        "#z=",
        "#z=****",
        "#top",
        "#p=" + encoded(b"null"),
        "#p=" + encoded(b'{"mode": "transform"}'),
        "#p=" + encoded(b"\xff\xfe"),
        link(mode="__proto__"),
        link(events=7),
        "#z=" + encoded(zlib.compress(b" " * 30_000_000)),
    ],
    ids=["cut", "changed", "of another kind", "empty", "no base64", "an anchor", "null", "fields missing", "no UTF-8",
         "another mode", "a number", "gigabytes"],
)  # fmt: skip
def test_a_broken_link_says_so(visitor: Reader, fragment: str) -> None:
    visitor.opens(fragment)
    assert visitor.all("#notice") == [BROKEN]
    assert (visitor.text("specification"), visitor.text("events")) == ("", "")


@pytest.mark.parametrize("mode", ["transform", "streams"])
def test_markup_in_a_link_is_text(visitor: Reader, mode: str) -> None:
    name = json.dumps(MARKUP)
    event = f'{{"event_type": {name}, "message_id": {name}, "timestamp": "2026-07-20T15:44:01Z", "payload": {{}}}}'
    criteria = f'[{{"event_type": {name}}}, {{"event_type": "b", "traits": {{{name}: {name}}}}}]'
    definition = (
        f'{{"name": {name}, "select": {criteria}, "group_by": ["message_id"], "fire_criteria": {criteria},'
        f'"expiration": 1000}}'
    )
    specification = f'[{{"event_type": "*", "traits": {{{name}: "event_type"}}}}]'
    texts = {"specification": specification, "definition": definition, "events": f"[{event}, {event}]"}
    visitor.opens(link(mode=mode, until="", **texts))
    visitor.reads("2 notifications: 2 distilled" if mode == "transform" else "1 stream: 0 fired, 0 expired, 1 open.")
    assert any(MARKUP in text for text in visitor.all("#results"))
    assert not visitor.window.execute_script("return window.broken ?? document.querySelector('main img, main script')")


def test_markup_in_a_fault_is_text(visitor: Reader) -> None:
    visitor.opens(
        link(mode="streams", definition=json.dumps({MARKUP: MARKUP}), events="[1]", distil=False, until=MARKUP)
    )
    visitor.reads("faults, marked where they stand.")
    assert any(MARKUP in fault for fault in visitor.faults("definition"))
    assert not visitor.window.execute_script("return window.broken ?? document.querySelector('main img, main script')")


def test_the_browser_makes_no_markup_of_text_at_all(reader: Reader) -> None:
    refused = reader.runs("document.body.innerHTML = given[0]", MARKUP)
    assert refused.startswith("TypeError")


def test_the_token_is_in_no_link_and_is_not_kept(reader: Reader) -> None:
    reader.one("#token").send_keys("gAAAA-secret")
    reader.writes("specification", SPECIFICATION)
    reader.reads("dropped")
    unpacked = zlib.decompress(decoded("#" + reader.window.current_url.partition("#")[2])).decode()
    assert set(json.loads(unpacked)) == set(STATE)
    assert "secret" not in unpacked
    reader.window.refresh()
    reader.reads("dropped")
    assert reader.text("token") == ""


def test_nothing_is_stored_in_the_browser(reader: Reader) -> None:
    kept = reader.runs(
        "return [localStorage.length, sessionStorage.length, document.cookie,"
        " (await indexedDB.databases()).length, (await caches?.keys?.() ?? []).length]"
    )
    assert kept == [0, 0, "", 0, 0]


def test_nothing_is_stored_by_the_service(reader: Reader, service: RunningService) -> None:
    reader.takes(STREAMS[0])
    with service.tenant(None) as tenant:
        assert [tenant.all(path) for path in (TRANSFORMS, STREAM_DEFINITIONS)] == [[], []]


def test_an_example_does_not_take_away_what_was_typed(reader: Reader) -> None:
    reader.writes("specification", SPECIFICATION)
    reader.takes(STREAMS[0])
    reader.window.back()
    reader.sees(lambda: reader.text("specification") == SPECIFICATION)
    assert reader.one("[name=mode][value=transform]").is_selected()


def test_the_link_is_copied(reader: Reader) -> None:
    origin = {"origin": reader.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    reader.window.execute_cdp_cmd("Browser.grantPermissions", origin)
    reader.one("#copy").click()
    reader.sees(lambda: "The link is copied" in "".join(reader.all("#notice")))
    assert reader.runs("return navigator.clipboard.readText()") == reader.window.current_url


def test_without_a_clipboard_the_address_is_named(reader: Reader) -> None:
    reader.window.execute_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    reader.one("#copy").click()
    reader.sees(lambda: "Copy the address of this page" in "".join(reader.all("#notice")))


def test_what_is_too_much_for_a_link_says_so(reader: Reader) -> None:
    # Chance cannot be packed.
    reader.window.execute_script(
        "const line = () => '# ' + String(crypto.getRandomValues(new Uint8Array(30000)));"
        "document.getElementById('specification').value = Array.from({length: 40}, line).join('\\n');"
    )
    reader.writes("until", "")
    reader.sees(lambda: "too much for a link" in "".join(reader.all("#notice")))
    assert reader.window.current_url.endswith("/playground")
