"""The pages of the manual, as the tests read them: blocks of code, in their order."""

import re
from textwrap import dedent
from typing import Any, NamedTuple

from servers.api_process import PROJECT

_BLOCK = re.compile(r"^( *)\.\. code-block:: (\w+)\n(?:\1   :caption: (.+)\n)?\n((?:\1    .*\n|\n)+)", re.MULTILINE)
MADE_BY_THE_SERVICE = "…"


class Block(NamedTuple):
    """A block of code: its language, its text, and the title above it, if it has one."""

    language: str
    text: str
    title: str = ""


def blocks(page: str) -> list[Block]:
    """Return the blocks of ``docs/PAGE.rst``."""
    source = (PROJECT / "docs" / f"{page}.rst").read_text(encoding="utf-8")
    return [
        Block(language, f"{dedent(text).strip()}\n", title) for _indent, language, title, text in _BLOCK.findall(source)
    ]


def essence(seen: Any, shown: Any) -> Any:
    """Return of *seen* only what *shown* shows: its keys, and ``…`` where any value will do.

    What *shown* has and *seen* has not is missing in the result, so the two are equal exactly if the page is right.
    """
    if shown == MADE_BY_THE_SERVICE and seen is not None:
        return shown
    if isinstance(shown, dict) and isinstance(seen, dict):
        return {key: essence(seen[key], value) for key, value in shown.items() if key in seen}
    if isinstance(shown, list) and isinstance(seen, list) and len(seen) == len(shown):
        return [essence(one, other) for one, other in zip(seen, shown, strict=True)]
    return seen
