"""The service in this process, so that what it does can be measured: the CPU of a request, the connections it holds."""

import time
import warnings
from pathlib import Path
from typing import Any

import httpx

with warnings.catch_warnings():
    # Pyramid and Cornice import modules that Python and setuptools want to be rid of.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", UserWarning)
    from pyramid.scripting import prepare

    from monasca_events_api.app import main
    from monasca_events_api.http.development_identity import DevelopmentIdentity
    from monasca_events_api.http.identity import Identity

from monasca_events_api.storage.models import Base
from monasca_events_api.storage.sessions import Database

JSON = {"Content-Type": "application/json"}
ROLES = frozenset({"monasca-user"})


class Application(httpx.Client):
    """A client of the service on a new SQLite database in *folder*, its messages in files there."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder}/monasca-events.sqlite"
        with Database(url).migrating() as connection, connection.begin():
            Base.metadata.create_all(connection)
        settings = {
            "sqlalchemy.url": url,
            "messages.publisher": "files",
            "messages.directory": str(folder),
            "relay.enabled": "false",
        }
        entrance = main({}, **settings)
        with prepare(registry=entrance.registry) as shell:
            self._database = shell["request"].database
        application = DevelopmentIdentity(entrance, Identity("tester", "tenant", ROLES))

        def in_memory(environ: dict[str, Any], start_response: Any) -> Any:
            # Else WebOb copies the body, which is in memory, to a file, and leaves that to the garbage collector.
            return application({**environ, "webob.is_body_seekable": True}, start_response)

        super().__init__(transport=httpx.WSGITransport(app=in_memory), base_url="http://localhost")

    def __exit__(self, *raised: object) -> None:
        """End it, with its connections to the database."""
        super().__exit__(*raised)
        self._database.dispose()

    def send_json(self, method: str, path: str, body: bytes) -> tuple[httpx.Response, float]:
        """Send *body*, and return the answer with the seconds of CPU that it took."""
        started = time.thread_time()
        answer = self.request(method, path, content=body, headers=JSON)
        return answer, time.thread_time() - started

    def create(self, path: str, body: dict[str, Any]) -> str:
        """Create a definition and return its path."""
        answer = self.post(path, json=body)
        assert answer.is_success, answer.text
        return f"{path}/{answer.json()['id']}"
