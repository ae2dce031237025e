"""Who uses the page: what they do at it, and what they see."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.common.exceptions import TimeoutException
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from servers.api_process import PROJECT

SECONDS = 20
IMAGES = PROJECT / "docs" / "images"
DESKTOP, PHONE = (1280, 1000), (360, 740)

TRANSFORMS = (
    "nova: instances",
    "nova: versioned notifications",
    "cinder: volumes",
    "neutron: ports and floating IPs",
)
STREAMS = ("nova: builds that take too long", "cinder: a backend that fails", "neutron: a port that flaps")


class Reader:
    """Somebody at the page of the service at *url*."""

    def __init__(self, window: Chrome, url: str) -> None:
        self.window = window
        self.url = url

    def opens(self, fragment: str = "", *, size: tuple[int, int] = DESKTOP) -> None:
        """Open the page anew, by a link if there is a *fragment*, and wait for its first answer."""
        self.shape(size)
        # A change of the fragment alone would not load the page.
        self.window.get("about:blank")
        self.window.get(f"{self.url}/playground{fragment}")
        self.sees(lambda: self.summary() and not self.waits())

    def shape(self, size: tuple[int, int], scheme: str = "light") -> None:
        """Use a window of that size, as a phone's if it is small, in that colour scheme."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < DESKTOP[0]}
        self.window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.window.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def sees(self, what: Callable[[], Any]) -> Any:
        """Wait until *what* is so, and return it."""
        return WebDriverWait(self.window, SECONDS, poll_frequency=0.05).until(lambda _window: what())

    def reads(self, summary: str) -> None:
        """Wait until the summary of the answer has this text in it."""
        try:
            self.sees(lambda: summary in self.summary() and not self.waits())
        except TimeoutException:
            raise AssertionError(f"{summary!r} does not come, there is {self.summary()!r}") from None

    def takes(self, example: str) -> None:
        """Choose an example, and wait for what comes of it."""
        Select(self.one("#example")).select_by_visible_text(example)
        self.sees(lambda: example in self.one("#notice").text and not self.waits())

    def writes(self, field: str, text: str) -> None:
        """Replace the text of a field, as a paste does."""
        # The page asks once the pause is over; until then the answer is that of before.
        self.window.execute_script(
            "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
            "field.dispatchEvent(new Event('input', {bubbles: true}));",
            field,
            text,
        )

    def tries(self, mode: str) -> None:
        """Choose what to try, ``transform`` or ``streams``."""
        self.window.execute_script("arguments[0].click()", self.one(f"[name=mode][value={mode}]"))

    def presses(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        for key in keys:
            ActionChains(self.window).send_keys(key).perform()

    def previews_now(self) -> None:
        """Press Ctrl+Enter."""
        ActionChains(self.window).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()

    def one(self, css: str) -> WebElement:
        """Return the element."""
        return self.window.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[str]:
        """Return the texts of elements, those out of view too."""
        return list(
            self.window.execute_script(
                "return [...document.querySelectorAll(arguments[0])].map(each => each.textContent)", css
            )
        )

    def text(self, field: str) -> str:
        """Return the text in a field."""
        return str(self.one(f"#{field}").get_property("value"))

    def summary(self) -> str:
        """Return the sentence about the answer."""
        return "".join(self.all("#summary"))

    def waits(self) -> bool:
        """Say whether the answer to what was typed last is not there yet."""
        return self.one("#answer").get_attribute("aria-busy") != "false"

    def faults(self, field: str) -> list[str]:
        """Return what is listed below a field."""
        return [text[1:] for text in self.all(f"#{field}-faults li")]

    def marked(self, field: str) -> list[str]:
        """Return the marked numbers beside a field, each with its sign."""
        return self.all(f".editor:has(#{field}) .gutter :is(.fault, .notice)")

    def selected(self, field: str) -> str:
        """Return what is selected in a field, if the focus is there."""
        return str(
            self.window.execute_script(
                "const field = document.getElementById(arguments[0]);"
                "return document.activeElement === field"
                " ? field.value.slice(field.selectionStart, field.selectionEnd) : 'the focus is elsewhere'",
                field,
            )
        )

    def asked(self) -> int:
        """Return how often the page has asked for a preview since it was opened."""
        return int(
            self.window.execute_script(
                "return performance.getEntriesByType('resource').filter(each => each.name.endsWith('/preview')).length"
            )
        )

    def runs(self, script: str, *arguments: Any) -> Any:
        """Run the body of an async function in the page."""
        return self.window.execute_async_script(
            "const [done, ...given] = [arguments[arguments.length - 1], ...arguments];"
            f"(async (...given) => {{ {script} }})(...given).then(done, error => done(String(error)));",
            *arguments,
        )

    def pictures(self, name: str) -> None:
        """Make a picture of the manual; to renew it, remove it."""
        file = IMAGES / name
        if not file.exists():
            assert self.window.save_screenshot(str(file))


def written(folder: Path, name: str, text: str | bytes) -> str:
    """Write a file of the reader's disk and return its path."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)
