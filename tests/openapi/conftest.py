"""A service as in ``development.ini``, but for its identity: that comes from Keystone, so that tokens count."""

from collections.abc import Iterator

import pytest

from servers.api_process import ApiProcess, developed_behind
from servers.keystone import Keystone
from servers.run import folder_of_the_run


class GuardedService:
    """A running service, and a token of a delegate in the project *tenant_id*."""

    def __init__(self, process: ApiProcess, keystone: Keystone) -> None:
        self.process = process
        self.url = process.url
        self.token = keystone.token("delegate")
        self.tenant_id = keystone.project_id()
        self.headers = {"X-Auth-Token": self.token}


@pytest.fixture(scope="package")
def guarded(keystone: Keystone) -> Iterator[GuardedService]:
    folder = folder_of_the_run("openapi")
    process = ApiProcess(folder, developed_behind(keystone, folder), sample="development.ini")
    process.migrate()
    process.start()
    yield GuardedService(process, keystone)
    process.stop()
