"""What schemathesis has to know beside the document: the grammars that JSON Schema has no words for, and ids.

It is told by the environment where the service is, and what opens it.
"""

import os
from typing import Any

import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode

from api.examples import NEVER_USED, stream_definition, transform

HEADERS = {"X-Auth-Token": os.environ["FUZZING_TOKEN"]}
TENANT = os.environ["FUZZING_TENANT"]
LONGEST = 64
PATHS = ["a", "payload.host", "payload.'a b'.c", "a[0].b", "a[-1:]", "a..b", "a|b", "x,y", "$.a", "(a).b", "a where b"]
EXPRESSIONS = ["$timestamp", "$timestamp - 1d", "$a to $b", "hour", "day($timestamp - 1d)", "$timestamp @ 2h", "month"]
SPECIFICATIONS = [
    "- event_type: '*'\n  traits: {a: {fields: a.b}}\n",
    "- {event_type: [compute.*, '!*.end'], traits: {n: {type: int, fields: payload.n}}}",
    '[{"event_type": "a", "traits": {}}]',
]


def created(path: str, body: dict[str, Any]) -> str:
    """Create a definition that stays, and return its id."""
    answer = httpx.post(f"{os.environ['FUZZING_URL']}{path}", json=body, headers=HEADERS, trust_env=False)
    return str(answer.raise_for_status().json()["id"])


KEPT = {
    "transform-id": created("/v2.0/transforms", transform()),
    "stream-definition-id": created("/v2.0/stream-definitions", stream_definition()),
}
schemathesis.openapi.format("tenant-id", st.just(TENANT))
for name, identifier in KEPT.items():
    schemathesis.openapi.format(name, st.just(identifier))
schemathesis.openapi.format("field-path", st.sampled_from(PATHS))
schemathesis.openapi.format("finite-number", st.sampled_from(["512", "> 3", "= -7", " < +12 "]))
schemathesis.openapi.format("time-expression", st.sampled_from(EXPRESSIONS))
schemathesis.openapi.format("yaml-specification", st.sampled_from(SPECIFICATIONS))
schemathesis.openapi.format("iso8601", st.datetimes().map(lambda time: time.isoformat()))


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Leave out what the document says in words alone: what excludes or needs another, 3.0 is no integer, no NUL."""
    if case.method == "DELETE" and case.path_parameters.get("id") in KEPT.values():
        case.path_parameters["id"] = NEVER_USED
    if {"offset", "marker"} <= case.query.keys():
        del case.query["marker"]
    case.query.pop("offset_value", None)
    if 1 <= len(case.query.get("tenant_id", "")) <= LONGEST:
        # Not that of a recorded example, which has none of the definitions here.
        case.query["tenant_id"] = TENANT
    kind = "stream-definition-id" if "stream" in case.operation.path else "transform-id"
    there(case.query, {"offset": kind, "marker": kind})
    tags = case.headers.get("If-Match", "*")
    if not tags.startswith(("*", '"', "W/")) and case.meta.generation.mode is GenerationMode.POSITIVE:
        # Among what is right it counts 0 for a header, whatever the pattern of its text.
        case.headers["If-Match"] = f'"{tags}"'
    case.body = plain(case.body)
    if isinstance(case.body, dict):
        there(case.body, {"transform_id": "transform-id", "stream_definition_id": "stream-definition-id"})


def there(values: Any, references: dict[str, str]) -> None:
    """Put ids of what is there in the place of others: of a recorded example, or of what was deleted since."""
    for name, kind in references.items():
        if isinstance(values.get(name), str):
            values[name] = KEPT[kind]


def plain(value: Any) -> Any:
    """Return *value* with 3 for each 3.0 in it, and without NUL."""
    if isinstance(value, dict):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return value.replace("\0", "0")
    return int(value) if isinstance(value, float) and value.is_integer() else value
