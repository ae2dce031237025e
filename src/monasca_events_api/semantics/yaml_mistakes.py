"""The mistakes behind what is said of a YAML text, where they are certain: libyaml tells what it looked for."""

from typing import Any

from yaml import MarkedYAMLError

_SIGNS = {
    "while scanning an anchor": "&",
    "while scanning an alias": "*",
    "while scanning a tag": "!",
    "while parsing a tag": "!",
}
"""What it took a text for that begins with a sign."""
_CANNOT_START = "found character that cannot start any token"


def told(error: MarkedYAMLError, text: str) -> str:
    """Return what is wrong with *text*: libyaml's words, then the mistake."""
    words = f"{error.problem} ({error.context})" if error.context else str(error.problem)
    if error.context in _SIGNS:
        return words + _without_quotes(_SIGNS[error.context])
    return words + _at_the_start(error, text) if error.problem == _CANNOT_START else words


def behind_tag(tag: str) -> str:
    """Return the mistake, to stand behind what is told; by any other tag than ``!*.end`` one may be meant."""
    return _without_quotes("!") if tag.startswith("!*") else ""


def _at_the_start(error: MarkedYAMLError, text: str) -> str:
    # By line and column, since libyaml does not count the bytes of a mark at the beginning. Other characters that
    # splitlines() takes for line breaks are in no text that libyaml is given.
    mark: Any = error.problem_mark
    found = text.removeprefix("\ufeff").splitlines()[mark.line][mark.column]
    return "; indent with blanks, not with tabs" if found == "\t" else _without_quotes(found)


def _without_quotes(sign: str) -> str:
    return f"; a text that begins with {sign} needs quotes"
