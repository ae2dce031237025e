"""Real exchanges with a fresh service, the examples of the API's description.

What differs each time is replaced by what is the same each time: ids, times and the service's address. As a script
this writes them to where the description reads them; a test tells whether they are still true.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from api.running_service import RunningService
from servers.api_process import PROJECT

FILE = PROJECT / "src/monasca_events_api/http/description/examples.json"
ADDRESS = "http://localhost:8072"
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
TIME = re.compile(r'"(created_at|updated_at)": ?("[^"]*"|[0-9]+)')
STREAMS = "/v2.0/stream-definitions"
TRANSFORMS = "/v2.0/transforms"
TRANSFORM = {
    "name": "failed instances",
    "description": "What an instance's failure is about",
    "specification": "- event_type: compute.instance.*.error\n"
    "  traits:\n"
    "    instance_id: {fields: payload.instance_id}\n"
    "    host: {fields: payload.host}\n",
    "enabled": True,
}
NOTIFICATION = {
    "event_type": "compute.instance.create.error",
    "message_id": "2f1f5a0c-0b4d-4a0c-9d55-6f3a3d0f8a11",
    "timestamp": "2026-01-02T03:04:05.678901",
    "publisher_id": "compute.host7",
    "payload": {"instance_id": "i-17", "host": "host7", "tenant_id": "t-1"},
}
OTHER = {**NOTIFICATION, "event_type": "compute.instance.create.end"}
STREAM = {
    "name": "two failures of a host",
    "description": "A host that fails again within a minute of its first failure",
    "select": [{"event_type": "compute.instance.*.error"}],
    "group_by": ["host"],
    "fire_criteria": [{"event_type": "compute.instance.*.error", "number": 2}],
    "expiration": 60000,
    "fire_actions": ["56330521-92da-4a84-8239-73d880b978fa"],
}
FAILURE = {"event_type": "compute.instance.create.error", "host": "host7", "tenant_id": "t-1"}
FAILURES = [
    {**FAILURE, "message_id": "first", "timestamp": "2026-01-02T03:04:05"},
    {**FAILURE, "message_id": "second", "timestamp": "2026-01-02T03:04:35"},
    {**FAILURE, "message_id": "third", "timestamp": "2026-01-02T03:05:00", "host": "host8"},
]


class Step(NamedTuple):
    """One request; ``{}`` in *path* is the id of what was created last."""

    operation: str
    name: str
    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = {}


STEPS = (
    Step("get_versions", "versions", "GET", "/"),
    Step("get_version", "version", "GET", "/v2.0"),
    Step("get_healthcheck", "healthy", "GET", "/healthcheck"),
    Step("get_live", "alive", "GET", "/healthcheck/live"),
    Step("get_ready", "ready", "GET", "/healthcheck/ready"),
    Step("post_collection_transforms", "created", "POST", TRANSFORMS, TRANSFORM),
    Step("post_collection_transforms", "name taken", "POST", TRANSFORMS, TRANSFORM),
    Step("post_collection_transforms", "faults", "POST", TRANSFORMS, {"name": "", "enabled": "yes", "colour": "red"}),
    Step("post_collection_transforms", "no JSON", "POST", TRANSFORMS, TRANSFORM, {"Content-Type": "text/yaml"}),
    Step("get_collection_transforms", "page", "GET", f"{TRANSFORMS}?enabled=true&with_count=true"),
    Step("get_collection_transforms", "unknown parameter", "GET", f"{TRANSFORMS}?colour=red"),
    Step("get_transforms", "one", "GET", TRANSFORMS + "/{}"),
    Step("put_transforms", "replaced", "PUT", TRANSFORMS + "/{}", {**TRANSFORM, "description": "Failures"}),
    Step("patch_transforms", "switched off", "PATCH", TRANSFORMS + "/{}", {"enabled": False}),
    Step("patch_transforms", "changed since", "PATCH", TRANSFORMS + "/{}", {"enabled": True}, {"If-Match": '"1"'}),
    Step(
        "post_transform_preview",
        "distilled",
        "POST",
        f"{TRANSFORMS}/preview",
        {"specification": TRANSFORM["specification"], "events": [NOTIFICATION, OTHER]},
    ),
    Step("delete_transforms", "deleted", "DELETE", TRANSFORMS + "/{}"),
    Step("get_transforms", "not there", "GET", TRANSFORMS + "/{}"),
    Step("post_collection_stream_definitions", "created", "POST", STREAMS, STREAM),
    Step("get_collection_stream_definitions", "page", "GET", f"{STREAMS}?sort=name:desc"),
    Step("get_stream_definitions", "one", "GET", STREAMS + "/{}"),
    Step("put_stream_definitions", "replaced", "PUT", STREAMS + "/{}", {**STREAM, "expiration": 120000}),
    Step("patch_stream_definitions", "silenced", "PATCH", STREAMS + "/{}", {"actions_enabled": False}),
    Step("post_stream_preview", "fired", "POST", f"{STREAMS}/preview", {"definition": STREAM, "events": FAILURES}),
    Step("delete_stream_definitions", "deleted", "DELETE", STREAMS + "/{}"),
    Step("post_events", "accepted", "POST", "/v2.0/events", NOTIFICATION),
    Step("post_events", "receipts", "POST", "/v2.0/events", [NOTIFICATION], {"Prefer": "return=representation"}),
    Step("post_events", "incomplete", "POST", "/v2.0/events", [NOTIFICATION, {"event_type": "a"}]),
)


def exchanges(service: RunningService) -> dict[str, list[dict[str, Any]]]:
    """Make all requests and return the exchanges by operation."""
    found: dict[str, list[dict[str, Any]]] = {}
    for step, exchange in zip(STEPS, _exchanges(service), strict=True):
        found.setdefault(step.operation, []).append(exchange)
    return dict(json.loads(_the_same_each_time(json.dumps(found, ensure_ascii=False), service.url)))


def _exchanges(service: RunningService) -> Iterator[dict[str, Any]]:
    identifier = ""
    with httpx.Client(base_url=service.url, trust_env=False, timeout=30) as client:
        for step in STEPS:
            path = step.path.replace("{}", identifier)
            sent = {} if step.body is None else {"json": step.body}
            answer = client.request(step.method, path, headers=step.headers, **sent)
            if "Location" in answer.headers:
                identifier = answer.json()["id"]
            request = {"method": step.method, "path": path}
            request |= {"headers": dict(step.headers)} if step.headers else {}
            request |= {} if step.body is None else {"body": step.body}
            response: dict[str, Any] = {"status": answer.status_code}
            response |= {"body": answer.json()} if answer.content else {}
            yield {"name": step.name, "request": request, "response": response}


def _the_same_each_time(text: str, url: str) -> str:
    fixed = set(UUID.findall(json.dumps([step.body for step in STEPS])))
    changing = [each for each in dict.fromkeys(UUID.findall(text)) if each not in fixed]
    for number, each in enumerate(changing, start=1):
        text = text.replace(each, f"00000000-0000-4000-8000-{number:012d}")

    def at_one_time(match: re.Match[str]) -> str:
        return f'"{match[1]}": ' + ('"2026-01-02T03:04:05"' if match[2].startswith('"') else "1767323045")

    return TIME.sub(at_one_time, text).replace(url, ADDRESS)


def record() -> None:
    """Write the exchanges to FILE."""
    with tempfile.TemporaryDirectory() as folder:
        service = RunningService(Path(folder), f"sqlite:///{folder}/fresh.sqlite")
        service.migrate()
        service.start()
        try:
            FILE.write_text(json.dumps(exchanges(service), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        finally:
            service.stop()


if __name__ == "__main__":
    record()
