"""CPU time to distil one notification: real ones of some kilobytes, and the worst against paths that are accepted.

Run with ``python benchmarks/distil.py``.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monasca_events_api.semantics.distil_problems import Explainer
from monasca_events_api.semantics.distiller import compile_transform
from monasca_events_api.semantics.specification import parse

VECTORS = Path(__file__).parent.parent / "tests" / "semantics" / "vectors" / "distil.json"
NOW = datetime(2015, 7, 20, 15, 44, 1, tzinfo=UTC)
ENVELOPE = {"event_type": "x", "message_id": "m", "timestamp": "2015-07-20 15:44:01.123456"}


def real_notifications() -> dict[str, tuple[str, Any]]:
    """Give the vectors made of recorded notifications that give the most traits, by id."""
    cases = [case for case in json.loads(VECTORS.read_text()) if case["rule"] in ("template", "services")]
    cases = [case for case in cases if "event" in case["expected"]]
    cases.sort(key=lambda case: -len(case["expected"]["event"]["traits"]))
    return {f"{case['id']}, {len(case['expected']['event']['traits'])} traits": (
        case["specification"], case["notification"]) for case in cases[:5]}  # fmt: skip


def worst_notifications() -> dict[str, tuple[Any, Any]]:
    """Give pairs of a path and a notification that make one look at as much as possible."""
    wide = {**ENVELOPE, "payload": {f"k{n}": {"a": None} for n in range(50_000)}}
    deep: Any = None
    for _ in range(190):
        deep = {"a": deep, "b": [1, 2, 3]}
    paths = {
        "two descents, wide": ("payload..*..nokey", wide),
        "two descents, deep": ("payload..*..nokey", {**ENVELOPE, "payload": deep}),
        "parent and back, again and again": ("payload.*" + ".`parent`.*" * 90 + ".nokey", wide),
        "unions of unions": ("(`this`|`this`)" + ".(`this`|`this`)" * 60 + ".nokey", ENVELOPE),
        "the same key twice": ("payload" + ".a,a" * 150 + ".nokey", {**ENVELOPE, "payload": deep}),
        "where over all": ("payload..* where (`this`..nokey)", wide),
        "filters": ("payload..[?@..nokey]", {**ENVELOPE, "payload": [[1] * 500] * 500}),
    }
    cases = {name: (one_trait({"fields": path}), notification) for name, (path, notification) in paths.items()}
    long_text = {**ENVELOPE, "payload": "1" * 5_000_000}
    many = {f"t{n}": {"fields": "payload"} for n in range(500)}
    cases["500 long texts"] = ([{"event_type": "*", "traits": many}], long_text)
    cases["500 large lists as text"] = ([{"event_type": "*", "traits": many}], {**ENVELOPE, "payload": [0] * 100_000})
    keys = ".".join(["a"] * 190)
    fields = [f"payload.{keys}.{n}" for n in ("b", "c")] * 50
    many = {f"t{n}": {"fields": fields} for n in range(200)}
    text = f"- event_type: '*'\n  traits:\n    t0: {{fields: &f {json.dumps(fields)}}}\n"
    text += "".join(f"    t{n}: {{fields: *f}}\n" for n in range(1, 400))
    cases["a hundred long paths, 400 times"] = (text, {**ENVELOPE, "payload": deep})
    return cases


def one_trait(trait: dict[str, Any]) -> list[Any]:
    """Make a specification of one trait."""
    return [{"event_type": "*", "traits": {"t": trait}}]


def cpu_seconds(work: Callable[[], Any], times: int) -> float:
    """Measure the CPU seconds that *work* takes."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def main() -> None:
    """Print microseconds for each real notification, milliseconds for each of the worst."""
    for name, (specification, notification) in real_notifications().items():
        transform = compile_transform(parse(specification))
        seconds = cpu_seconds(lambda: transform.distil(notification, NOW), 2000)  # noqa: B023
        print(f"{seconds * 1e6:8.1f} us  {name}, {len(json.dumps(notification))} bytes")
    for name, (specification, notification) in worst_notifications().items():
        transform = compile_transform(parse(specification))
        seconds = cpu_seconds(lambda: transform.distil(notification, NOW), 1)  # noqa: B023
        explained = cpu_seconds(lambda: Explainer(transform).problems(notification, NOW), 1)  # noqa: B023
        print(f"{seconds * 1e3:8.1f} ms  {name} ({explained * 1e3:.1f} ms with the reasons)")


if __name__ == "__main__":
    main()
