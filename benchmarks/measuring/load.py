"""Load by wrk, a client that costs next to nothing beside what it measures."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers.errors import ServerError
from servers.packages import program, required
from servers.processes import run_once

SCRIPT = Path(__file__).with_name("requests.lua")


class NothingAnswered(ServerError):
    """A server that took requests and answered none."""


@dataclass(frozen=True)
class Request:
    """A kind of request: any of *paths*, with a body of *parts* times *part* between *head* and *tail*.

    Each ``@`` in *part* becomes an id that was never used, the same one within a part. *weight* is how often it is
    sent among others.
    """

    method: str
    paths: Sequence[str]
    part: str | None = None
    parts: int = 1
    head: str = ""
    tail: str = ""
    weight: float = 1

    @property
    def bytes(self) -> int:
        """The size of the body."""
        if self.part is None:
            return 0
        one = len(self.part.replace("@", "x" * 36).encode())
        return len(self.head) + len(self.tail) + self.parts * one + self.parts - 1


@dataclass(frozen=True)
class Answered:
    """What a load has got: latencies in milliseconds; *refused* are answers of 400 and above.

    *sent* counts *requests*, which were answered, and those that were under way when the time was over.
    """

    requests: int
    sent: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p99: float
    worst: float


@dataclass
class Load:
    """*requests* to the server at *url*, with *headers* on each; *folder* is for files."""

    folder: Path
    url: str
    requests: Sequence[Request]
    headers: Mapping[str, str] = field(default_factory=dict)
    delete_created: bool = False

    def run(self, connections: int, seconds: float) -> Answered:
        """Send for *seconds* over *connections*, each with one request at a time.

        Raises NothingAnswered, and ServerError where the client has no result.
        """
        wrk = required(lambda: program("wrk"), ["wrk"])
        plan = self.folder / "requests-of-this-run.lua"
        plan.write_text(f"return {_lua(self._plan())}\n", encoding="utf-8")
        # wrk takes whole seconds.
        whole = max(1, round(seconds))
        options: list[str | Path] = ["-t1", f"-c{connections}", f"-d{whole}s", "--timeout", "30s", "-s", SCRIPT]
        written = run_once([wrk, *options, self.url, "--", plan], folder=self.folder)
        found = written.rpartition("RESULT ")[2]
        try:
            answered = Answered(**json.loads(found))
        except ValueError:
            raise ServerError(f"wrk has no result:\n{written}") from None
        if answered.requests == 0:
            raise NothingAnswered(f"{self.url} answered nothing:\n{written}")
        return answered

    def _plan(self) -> dict[str, Any]:
        return {
            "run": secrets.token_hex(4),
            "delete_created": self.delete_created,
            "requests": [
                {
                    "weight": each.weight,
                    "method": each.method,
                    "paths": list(each.paths),
                    "headers": {**self.headers, **({"Content-Type": "application/json"} if each.part else {})},
                    "head": each.head,
                    "part": each.part,
                    "tail": each.tail,
                    "parts": each.parts,
                }
                for each in self.requests
            ],
        }


def _lua(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nil"}[value]
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return f'"{escaped}"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{_lua(name)}] = {_lua(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(map(_lua, value)) + "}"
    return repr(value)
