"""A service as in ``development.ini``, but for its identity: that comes from Keystone, so that tokens count."""

from collections.abc import Iterator

import pytest

from servers.api_process import ApiProcess, asking
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
    identity = {
        "use": "egg:monasca-events-api#keystone",
        "auth_type": "password",
        "user_domain_id": "default",
        "project_domain_id": "default",
        **asking(keystone),
    }
    main = {
        "filter-with": "authtoken",
        "sqlalchemy.url": f"sqlite:///{folder}/monasca-events.sqlite",
        "messages.directory": str(folder / "topics"),
    }
    process = ApiProcess(folder, {"app:main": main, "filter:authtoken": identity}, sample="development.ini")
    process.migrate()
    process.start()
    yield GuardedService(process, keystone)
    process.stop()
