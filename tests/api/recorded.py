"""The requests that 0.0.6 was asked, asked again."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from api.running_service import Tenant

GOLDEN = Path(__file__).with_name("data") / "golden"
HOST = "events.example:8072"


class Replayed(NamedTuple):
    """A recorded request, what 0.0.6 answered and published, and what this service answered."""

    what: str
    record: dict[str, Any]
    answer: httpx.Response


class Recording:
    """One file of recorded requests, with ids that are put in the place of those of the recording."""

    def __init__(self, name: str) -> None:
        read = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
        self._names = {identifier: name for name, identifier in read["ids"].items()}
        self._records: list[dict[str, Any]] = read["records"]
        self.ids: dict[str, str] = {}

    def replay(self, tenant_a: Tenant, tenant_b: Tenant) -> list[Replayed]:
        """Ask all that was asked, in its order."""
        tenants = {"tenant-a": tenant_a, "tenant-b": tenant_b}
        return [
            Replayed(record["what"], record, self._ask(tenants[record["tenant"]], record)) for record in self._records
        ]

    def _ask(self, tenant: Tenant, record: dict[str, Any]) -> httpx.Response:
        headers = {"Host": HOST}
        if "content_type" in record:
            headers["Content-Type"] = record["content_type"]
        content = record.get("raw") or (json.dumps(record["body"]) if "body" in record else None)
        answer = tenant.request(record["method"], self._path(record["path"]), content=content, headers=headers)
        self._learn(record, answer)
        return answer

    def _path(self, template: str) -> str:
        for name in self._names.values():
            template = template.replace(f"{{{name}}}", self.ids.get(name, "never-created"))
        return template

    def _learn(self, record: dict[str, Any], answer: httpx.Response) -> None:
        theirs = record.get("answer")
        if not (record["method"] == "POST" and isinstance(theirs, dict) and answer.is_success):
            return
        if theirs.get("id") in self._names:
            self.ids[self._names[theirs["id"]]] = answer.json()["id"]
