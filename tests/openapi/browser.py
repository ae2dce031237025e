"""A headless Chromium, driven as a reader would."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from servers.packages import program, required
from servers.run import environment_of_the_run

PACKAGES = ("chromium", "chromium-driver")
# Headless, offline, and as root, who has no sandbox.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,1100",
)


@contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    """Give a browser with a profile of its own."""
    browser = required(lambda: program("chromium"), PACKAGES)
    driver = required(lambda: program("chromedriver"), PACKAGES)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = Options()
        options.binary_location = str(browser)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
            options.add_argument(argument)
        window = webdriver.Chrome(options=options, service=Service(str(driver), env=environment_of_the_run()))
        try:
            yield window
        finally:
            window.quit()


def screenshot(window: webdriver.Chrome, file: Path) -> None:
    """Write what the window shows."""
    file.parent.mkdir(parents=True, exist_ok=True)
    assert window.save_screenshot(str(file))
