"""Values as YAML that a person enjoys reading, and that ``read_yaml`` reads back exactly."""

import re
from typing import Any

import yaml

# As it stands between its lines, nothing of it is changed or lost.
_LITERAL = re.compile(
    "(?=[ \n]*\\S)[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffd]*"
)
_BREAK = re.compile("[\r\n\x85\u2028\u2029]")
# Text to YAML 1.1, which the service reads, but not to YAML 1.2, which other programs do; y and n the other way round.
_NOT_TEXT_ELSEWHERE = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|[yYnN]")


def yaml_text(value: Any) -> str:
    """Write *value*, made of dicts, lists, text, finite numbers, booleans and None, in blocks."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=float("inf")
    )
    # It ends a text that keeps its empty lines; where others follow, it would end them, too.
    return text[: -len("...\n")] if text.endswith("\n...\n") else text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def analyze_scalar(self, scalar: str) -> Any:
        analysis = super().analyze_scalar(scalar)
        # PyYAML quotes, beside what has to be, all text with spaces at the end of a line, or with tabs.
        analysis.allow_block = True
        return analysis


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if _BREAK.search(text):
        style = "|" if _LITERAL.fullmatch(text) else '"'
    elif _NOT_TEXT_ELSEWHERE.fullmatch(text):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)
