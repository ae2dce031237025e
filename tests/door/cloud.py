"""The service as production.ini sets it up with Keystone; the database and the messages are files."""

from pathlib import Path

import httpx

from servers.api_process import ApiProcess, asking
from servers.keystone import Keystone

MEMBERS = ("full", "agent", "unrelated", "delegate", "other")


class Cloud:
    """The service, Keystone, and a token of each member."""

    def __init__(self, folder: Path, keystone: Keystone) -> None:
        self.keystone = keystone
        self.tokens = {name: keystone.token(name) for name in MEMBERS}
        self.used_up = [keystone.expired_token()]
        main = {
            "sqlalchemy.url": f"sqlite:///{folder}/cloud.sqlite",
            "sqlalchemy.password": "",
            "messages.publisher": "files",
            "messages.directory": str(folder / "topics"),
        }
        self.process = ApiProcess(folder, {"app:main": main, "filter:authtoken": asking(keystone)})

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.process.url

    def start(self) -> None:
        """Start it, on the newest schema."""
        self.process.migrate()
        self.process.start()

    def stop(self) -> None:
        """SIGTERM."""
        self.process.stop()

    def log(self) -> str:
        """Return what it has logged."""
        return self.process.log_file.read_text(encoding="utf-8")

    def client(self, member: str | None = None, headers: dict[str, str] | None = None) -> httpx.Client:
        """Return a client with the token of *member*, and these *headers* with each request."""
        token = {} if member is None else {"X-Auth-Token": self.tokens[member]}
        return httpx.Client(base_url=self.url, headers={**token, **(headers or {})}, trust_env=False, timeout=30)
