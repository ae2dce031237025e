"""Services, a browser, and somebody at the page."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from api.running_service import RunningService
from openapi.browser import chromium
from playground.reader import Reader
from servers.run import folder_of_the_run

SMALL = {"api.max_body_bytes": "200000", "api.trusted_proxies": "127.0.0.1"}


@pytest.fixture(scope="package")
def service() -> Iterator[RunningService]:
    """The service as in ``development.ini``, but that it takes small bodies, and trusts a proxy."""
    folder = folder_of_the_run("playground")
    running = RunningService(folder, f"sqlite:///{folder}/monasca-events.sqlite", settings=SMALL)
    running.migrate()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def window() -> Iterator[Chrome]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visitor(window: Chrome, service: RunningService) -> Reader:
    """Somebody who will open the page."""
    return Reader(window, service.url)


@pytest.fixture
def reader(visitor: Reader) -> Reader:
    """Somebody who has opened the page."""
    visitor.opens()
    return visitor
