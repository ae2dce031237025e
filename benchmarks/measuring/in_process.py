"""The service's application in this process, without a server before it, and the statements that it makes."""

import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import plaster
from pyramid.config import global_registries
from sqlalchemy import Dialect, Engine, Select, event
from webob import Request

from measuring.load import Request as Sent
from monasca_events_api.storage import statements as kept
from servers.errors import ServerError
from servers.ports import LOOPBACK

Statement = tuple[str, Any]


class InProcess:
    """The application of an ini file."""

    def __init__(self, ini: Path) -> None:
        self.wsgi = plaster.get_loader(str(ini), ["wsgi"]).get_wsgi_app()

    def stop(self) -> None:
        """End what runs beside the requests."""
        global_registries.last.entrance.stop()

    def send(self, sent: Sent) -> None:
        """Serve a request. Raises ServerError when it is refused."""
        Call(self.wsgi, sent)()

    def statements(self, sent: Sent) -> list[Statement]:
        """Serve a request and return the statements that it made, with their values."""
        with _catching() as statements:
            self.send(sent)
        return statements


class Call:
    """Has *wsgi* serve a request each time that it is called, its body with ids that were never used."""

    def __init__(self, wsgi: Any, sent: Sent, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        self._wsgi = wsgi
        self._sent = sent
        made = Request.blank(sent.paths[0], {"REMOTE_ADDR": LOOPBACK}, method=sent.method, headers=headers)
        self._environ = {**made.environ, **({"CONTENT_TYPE": "application/json"} if sent.part else {})}
        self._status = ""

    def __call__(self) -> None:
        """Serve it. Raises ServerError when it is refused."""
        body = self._body()
        # A body is as waitress has it: all there.
        own = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "webob.is_body_seekable": True}
        answer = b"".join(self._wsgi({**self._environ, **own}, self._start))
        if not self._status.startswith("2"):
            raise ServerError(f"{self._status} {answer[:500]!r}")

    def _body(self) -> bytes:
        sent = self._sent
        if sent.part is None:
            return b""
        parts = ",".join(sent.part.replace("@", str(uuid4())) for _ in range(sent.parts))
        return f"{sent.head}{parts}{sent.tail}".encode()

    def _start(self, status: str, _headers: Any, _error: Any = None) -> Any:
        self._status = status


@contextmanager
def _catching() -> Iterator[list[Statement]]:
    """Catch what SQLAlchemy executes in this thread, and that of which it makes the text; once, if it does both."""
    statements: list[Statement] = []
    here = threading.get_ident()

    def catch(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_context: Any) -> None:
        made = (statement, parameters)
        if threading.get_ident() == here and made not in statements[-1:]:  # not the relay's
            statements.append(made)

    def read(dialect: Dialect, statement: Select[Any], values: Mapping[str, Any]) -> Statement:
        made = for_driver(dialect, statement, values)
        statements.append(made)
        return made

    for_driver = kept.for_driver
    event.listen(Engine, "before_cursor_execute", catch)
    with patch.object(kept, "for_driver", read):
        yield statements
    event.remove(Engine, "before_cursor_execute", catch)
