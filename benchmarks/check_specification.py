"""CPU time to check a specification and to write what consumers get: the worst 65 536 characters known.

Run with ``python benchmarks/check_specification.py``; the promise is 300 ms for each (semantics 3).
"""

import json
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from monasca_events_api.semantics.distiller import compile_transform
from monasca_events_api.semantics.faults import InvalidDefinition
from monasca_events_api.semantics.published_specification import with_tenant_trait
from monasca_events_api.semantics.specification import as_text, parse

LONGEST = 65_536
HEAD = "- event_type: a\n  traits:\n"


def filled(head: str, part: Callable[[int], str], tail: str = "") -> str:
    """Join *head*, as many parts as fit, and *tail*."""
    length = len(head) + len(tail)
    parts = []
    for number in count():
        length += len(part(number))
        if length > LONGEST:
            return f"{head}{''.join(parts)}{tail}"
        parts.append(part(number))
    raise AssertionError


def texts() -> dict[str, str]:
    """Give texts of full length: what libyaml, the limits and each check find hardest."""
    return {
        "flat list": filled("[", lambda _: "a,", "]"),
        "flat list of numbers": filled("[", lambda _: "1,", "]"),
        "flat list of maps": filled("[", lambda _: "a: b,", "]"),
        "flat block list": filled("", lambda _: "-\n"),
        "lists open": "[" * LONGEST,
        "mappings open": filled("", lambda _: "{a: "),
        "block lists open": filled("", lambda _: "- "),
        "nested at the limit": filled("[" * 19, lambda _: "[],", "]" * 19),
        "aliases": filled("- &a [a]\n- [", lambda _: "*a,", "]"),
        "anchors": filled("[", lambda n: f"&{n:x} a,", "]"),
        "merges": filled("- &a {a: b, c: d}\n", lambda _: "- {<<: *a}\n"),
        "merge of many": filled("- &a {a: b}\n- {<<: [", lambda _: "*a,", "]}"),
        "one long scalar": filled("- ", lambda _: "a"),
        "one long number": filled("- ", lambda _: "1"),
        "one long base 60 number": filled("- 1", lambda _: ":1"),
        "long hexadecimal": filled("- 0x", lambda _: "f"),
        "quoted escapes": filled('- "', lambda _: "\\a", '"'),
        "many lines": filled("- ", lambda _: "a\n  "),
        "comments": filled("", lambda _: "#\n"),
        "line breaks, then a control character": filled("", lambda _: "\n", "\x01"),
        "keys not known": filled("- {", lambda n: f"{n:x}: ,", "}"),
        "duplicate checks": filled(f"{HEAD}    ", lambda n: f"{n:x}: a\n    "),
        "tag directives": filled("", lambda n: f"%TAG !{n}! t\n"),
        "tags": filled("[", lambda _: "!!str a,", "]"),
        "definitions": filled("", lambda _: "- {event_type: a, traits: {t: x}}\n"),
        **paths(),
        **valid_with_aliases(),
    }


def paths() -> dict[str, str]:
    """Give specifications full of paths, each of nearly 1024 characters and different from the others."""
    parts = {
        "keys": "a.", "alternatives": "a|", "several keys": "a,", "indexes": "a[0].", "wheres": "a where ",
        "quoted keys": "'a'.", "roots": "$.", "groups": "(a).", "alternatives of steps": "a|b.",
    }  # fmt: skip
    bodies = {kind: part * (1000 // len(part)) for kind, part in parts.items()}
    bodies["conditions"] = f"a[?{'&'.join('a' for _ in range(480))}]."
    bodies["deep groups"] = f"{'(' * 19}a{')' * 19}|" * 24
    bodies["brackets and alternatives"] = "a[0]|" * 20 + "a." * 440
    full = {kind: filled(HEAD, _numbered(body)) for kind, body in bodies.items()}
    full["short"] = filled(HEAD, lambda n: f"    t{n}: {{fields: [{','.join('abcdefghijkl')}]}}\n")
    return {f"paths of {kind}": text for kind, text in full.items()}


def _numbered(body: str) -> Callable[[int], str]:
    return lambda number: f"    t{number}: {json.dumps(f'{body}k{number}')}\n"


def valid_with_aliases() -> dict[str, str]:
    """Give specifications that are right, and expand to nearly 50 000 nodes."""
    traits = "".join(f"    t{n}: x\n" for n in range(500))
    fields = ", ".join(f"{'a.' * 200}k{n}" for n in range(100))
    pattern = ", ".join(f'"{"a*[!b]" * 40}{n}"' for n in range(100))
    long_name = "x" * 90
    return {
        "traits in many definitions": f"{HEAD.replace('traits:', 'traits: &t')}{traits}"
        + "- {event_type: b, traits: *t}\n" * 48,
        "traits merged in many definitions": f"{HEAD.replace('traits:', 'traits: &t')}{traits}"
        + "- {event_type: b, traits: {<<: *t}}\n" * 48,
        "long names merged": f"{HEAD.replace('traits:', 'traits: &t')}"
        + "".join(f"    {long_name}{n}: x\n" for n in range(500))
        + "- {event_type: b, traits: {<<: *t}}\n" * 48,
        "a hundred paths in many traits": f"{HEAD}    t: {{fields: &f [{fields}]}}\n"
        + "".join(f"    t{n}: {{fields: *f}}\n" for n in range(470)),
        "one trait, many definitions": f"{HEAD}    t: &t {{fields: x, plugin: {{name: split}}}}\n"
        + f"- {{event_type: a, traits: {{{', '.join(f't{m}: *t' for m in range(9))}}}}}\n" * 500,
        "patterns in many definitions": f"- event_type: &e [{pattern}]\n  traits: &t {{}}\n"
        + "- {event_type: *e, traits: *t}\n" * 470,
        "a long text in many places": f"{HEAD}    t: {{fields: x, plugin: {{name: map, parameters: {{values: "
        f"{{a: &l {'x' * 20_000}, {', '.join(f'{n}: *l' for n in range(3500))}}}}}}}}}\n",
        "keys of all kinds": filled(
            f"{HEAD}    t: {{fields: x, plugin: {{name: map, parameters: {{values: {{",
            lambda n: f"{n}: {n}.5,",
            "}}}}",
        ),
        "flags": filled(
            f"{HEAD}    t: {{fields: x, plugin: {{name: bitfield, parameters: {{flags: [",
            lambda _: "{bit: 1, path: x},",
            "]}}}",
        ),
        "wrong flags": filled(
            f"{HEAD}    t: {{fields: x, plugin: {{name: bitfield, parameters: {{flags: [",
            lambda _: "{},",
            "]}}}",
        ),
    }


def lists() -> dict[str, Any]:
    """Give JSON lists in place of texts."""
    deep: Any = []
    for _ in range(30_000):
        deep = [deep]
    return {
        "list: flat": [0] * 20_000,
        "list: deep": deep,
        "list: a million items": [0] * 1_000_000,
        "list: a long text": ["x" * 5_000_000],
        "list: traits": [{"event_type": "a", "traits": {f"t{n}": {"fields": "x"} for n in range(499)}}] * 4,
    }


def milliseconds(work: Callable[[], Any]) -> tuple[float, str]:
    """Measure CPU milliseconds, and say how it ended."""
    start = time.process_time()
    try:
        work()
        end = "right"
    except InvalidDefinition as error:
        end = f"{len(error.faults)} faults, {error.faults[0].description[:60]}"
    return (time.process_time() - start) * 1e3, end


def main() -> None:
    """Print CPU milliseconds of checking, publishing and compiling, the worst first."""
    rows = []
    for name, specification in (texts() | lists()).items():
        checked, end = milliseconds(lambda: parse(specification))  # noqa: B023
        published, compiled, size = 0.0, 0.0, 0
        if end == "right":
            text = as_text(specification)
            published, _ = milliseconds(lambda: with_tenant_trait(text))  # noqa: B023
            compiled, _ = milliseconds(lambda: compile_transform(parse(specification)))  # noqa: B023
            size = len(with_tenant_trait(text))
        rows.append((max(checked, published), checked, published, compiled, size, f"{name}: {end}"))
    print("   check  publish  compile  published characters")
    for _worst, checked, published, compiled, size, name in sorted(rows, reverse=True):
        print(f"{checked:8.1f} {published:8.1f} {compiled:8.1f} {size:8}  {name}")


if __name__ == "__main__":
    main()
