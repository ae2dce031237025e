"""The settings of ``[app:main]`` as rows of a table, from what the service itself reads.

Keys, kinds and defaults are those of ``settings.py``; what each is for stands above it in ``production.ini``.
"""

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, NamedTuple

from monasca_events_api.settings import Settings

SAMPLE = Path(__file__).parents[1] / "production.ini"
WORDS = ("true", "false")


class Setting(NamedTuple):
    """A row: key, what it may be, its default as it is written in an ini file, what it is for."""

    key: str
    kind: str
    default: str
    meaning: str


def settings() -> list[Setting]:
    """Return all settings in the order of ``settings.py``."""
    meanings = dict(_meanings(SAMPLE.read_text(encoding="utf-8")))
    return [
        Setting(each.metadata["key"], kind_of(each.metadata["read"]), default_of(each), meanings[each.metadata["key"]])
        for each in fields(Settings)
    ]


def table() -> str:
    """Return the table in reStructuredText."""
    rows = [("setting", "default", "what it is for, and what it takes")]
    rows += [
        (_code(each.key), _code(each.default), f"{each.meaning.removesuffix('.')}. Takes {each.kind}.")
        for each in settings()
    ]
    head = ".. list-table::\n   :header-rows: 1\n   :widths: 30 20 50\n\n"
    return head + "".join("   * - " + "\n     - ".join(row) + "\n" for row in rows)


def kind_of(read: Any) -> str:
    """Return in words what a reader takes: by its docstring, or by the words with which it refuses what is wrong."""
    if read in (str, Path):
        return "text" if read is str else "a path"
    if read.__doc__:
        return re.split(r"[;,] ", read.__doc__.removeprefix("Read ").rstrip("."))[0]
    try:
        read("?")
    except ValueError as error:
        refusal = str(error).removeprefix("'?' is ").removeprefix("not ")
        return refusal.replace("none of", "one of")
    raise LookupError(f"nothing says what {read} takes")


def default_of(setting: Field[Any]) -> str:
    """Return a default as an ini file has it; "required" where there is none."""
    value = setting.default
    if value is MISSING:
        return "required"
    if isinstance(value, bool):
        return WORDS[not value]
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(map(str, value)))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _meanings(sample: str) -> Iterator[tuple[str, str]]:
    """Give of each setting the comment above it, which may be one for several."""
    comment: list[str] = []
    ended = False
    for line in sample.partition("[app:main]")[2].partition("\n[")[0].splitlines():
        named = re.match(r"#?([a-z_.]+) =", line)
        if named:
            yield named[1], _prose(" ".join(comment))
            ended = True
        elif line.startswith("# "):
            comment = [*([] if ended else comment), line[2:]]
            ended = False
        else:
            comment, ended = [], False


def _prose(comment: str) -> str:
    parts = comment.rstrip(":").split("`")
    return "".join(f"``{part}``" if odd % 2 else re.sub(r"([*|\\])", r"\\\1", part) for odd, part in enumerate(parts))


def _code(text: str) -> str:
    return f"``{text}``" if text else ""
