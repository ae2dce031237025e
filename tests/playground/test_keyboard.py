"""The page with the keyboard alone, and for who hears it."""

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from playground.reader import PHONE, TRANSFORMS, Reader

NOTIFICATION = '{"event_type": "a.b", "message_id": "m-1", "timestamp": "2026-07-20T15:44:01Z", "payload": {"x": "7"}}'


def tabbed_to(reader: Reader, css: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(40):
        if reader.window.execute_script("return document.activeElement.matches(arguments[0])", css):
            return
        reader.presses(Keys.TAB)
    raise AssertionError(f"Tab does not lead to {css}")


def typed(reader: Reader, text: str) -> None:
    """Replace the text of the field that has the focus."""
    ActionChains(reader.window).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
    reader.presses(text)


def test_a_transform_is_written_and_mended_with_the_keyboard_alone(reader: Reader) -> None:
    tabbed_to(reader, "#specification")
    typed(reader, "- {event_type: a.*, traits: {x: {fields: payload.x, type: integer}}}")
    tabbed_to(reader, "#events")
    typed(reader, NOTIFICATION)
    reader.reads("One fault")
    # Back to the fault, which leads to its line.
    ActionChains(reader.window).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    ActionChains(reader.window).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    reader.presses(Keys.ENTER)
    assert "integer" in reader.selected("specification")
    reader.presses("- {event_type: a.*, traits: {x: {fields: payload.x, type: int}}}")
    reader.reads("1 notification: 1 distilled")
    assert "x7" in reader.all(".card .traits div")


def test_a_stream_definition_is_chosen_with_the_arrows_and_an_example_too(reader: Reader) -> None:
    tabbed_to(reader, "[name=mode]")
    reader.presses(Keys.ARROW_RIGHT)
    reader.reads("3 streams: 1 fired, 1 expired, 1 open.")
    tabbed_to(reader, "#example")
    reader.presses("cinder: a", Keys.ENTER)
    reader.sees(lambda: "cinder: a backend that fails" in reader.all("#notice")[0] and not reader.waits())
    assert 'backend = "cinder1@lvm"' in reader.all(".streams code")


def test_tab_goes_through_the_page_in_the_order_in_which_it_is_read(reader: Reader) -> None:
    seen = []
    for _ in range(12):
        reader.presses(Keys.TAB)
        seen.append(
            reader.window.execute_script(
                "const at = document.activeElement; return at.id || at.name || at.textContent || at.type"
            )
        )
    assert seen == [
        "API reference", "token", "mode", "example", "Preview now", "copy", "file", "specification", "Line 14", "file",
        "events", "line 2",
    ]  # fmt: skip


def test_on_a_phone_what_has_the_focus_is_not_below_the_summary(visitor: Reader) -> None:
    visitor.opens(size=PHONE)
    hidden = []
    for _ in range(15):
        visitor.presses(Keys.TAB)
        hidden.append(
            visitor.window.execute_script(
                "const at = document.activeElement, peek = document.getElementById('peek');"
                "const over = !peek.hidden && at !== peek"
                " && at.getBoundingClientRect().bottom > peek.getBoundingClientRect().top;"
                # What is higher than the window is seen in part.
                "return over && at.offsetHeight < innerHeight / 2 ? at.id || at.textContent : null"
            )
        )
    assert [each for each in hidden if each] == []


def test_control_and_enter_preview_at_once(reader: Reader) -> None:
    before = reader.asked()
    reader.one("#specification").click()
    reader.previews_now()
    reader.sees(lambda: reader.asked() == before + 1)


def test_who_hears_the_page_is_told_the_outcome_and_what_is_wrong(reader: Reader) -> None:
    assert reader.one("#summary").get_attribute("aria-live") == "polite"
    reader.writes("specification", "- 7")
    reader.reads("One fault")
    field = reader.one("#specification")
    assert (field.get_attribute("aria-invalid"), field.accessible_name) == ("true", "Specification")
    told = (field.get_attribute("aria-describedby") or "").split()
    assert "Must be a mapping" in "".join("".join(reader.all(f"#{each}")) for each in told)


def test_every_field_and_button_has_a_name(reader: Reader) -> None:
    for example in (None, "nova: builds that take too long"):
        if example:
            reader.takes(example)
        controls = reader.window.find_elements("css selector", "input, select, textarea, button")
        assert [
            each.get_attribute("outerHTML") for each in controls if each.is_displayed() and not each.accessible_name
        ] == []


def test_states_have_signs_and_words_beside_their_colours(reader: Reader) -> None:
    reader.takes(TRANSFORMS[0])
    states = set(zip(reader.all(".card h3 .sign"), reader.all(".card h3 .word"), strict=True))
    assert states == {("✓", "distilled"), ("\u2013", "dropped"), ("✕", "not distilled, an error")}
