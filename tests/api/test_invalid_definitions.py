"""Every wrong definition of the test vectors, refused with exactly its faults (semantics 3)."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.examples import transform
from api.one_database import on_sqlite
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, Tenant

VECTORS = Path(__file__).parents[1] / "semantics" / "vectors" / "invalid_specifications.json"
# To a processor an id is unknown; over HTTP what the service sets may stand in a body (contract 1.4).
NOT_OVER_HTTP = {"s-stream-keys-07"}
CASES = [case for case in json.loads(VECTORS.read_text(encoding="utf-8")) if case["id"] not in NOT_OVER_HTTP]


def post(api: Tenant, case: dict[str, Any]) -> httpx.Response:
    if case["kind"] == "transform":
        return api.post_json(TRANSFORMS, transform(specification=case["specification"]))
    return api.post_json(STREAM_DEFINITIONS, case["body"])


def said(case: dict[str, Any], answer: httpx.Response) -> list[tuple[str, str]]:
    """Return the faults of the answer; of a description whose end is free only the part that is not."""
    free = {fault["name"]: fault["description_starts"] for fault in case["errors"] if "description_starts" in fault}
    return sorted(
        (fault["name"], fault["description"][: len(free.get(fault["name"], fault["description"]))])
        for fault in answer.json()["errors"]
    )


@on_sqlite
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_wrong_definition_is_refused_with_exactly_its_faults(api: Tenant, case: dict[str, Any]) -> None:
    answer = post(api, case)
    wanted = sorted((each["name"], each.get("description") or each["description_starts"]) for each in case["errors"])
    assert (answer.status_code, said(case, answer)) == (400, wanted)


def test_no_wrong_definition_is_stored_or_announced(api: Tenant) -> None:
    for case in CASES:
        post(api, case)
    assert api.has_nothing()
