"""A file of definitions, read and written (docs/commands.rst, The file).

It is what a test file is, without the tests: one file can be both.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monasca_events_api.client.kinds import KINDS, TRANSFORM, Fields, Kind
from monasca_events_api.client.specifications import canonical, in_order, plain, readable
from monasca_events_api.client.yaml_text import yaml_text
from monasca_events_api.domain.expectations.file_format import MOST_DEFINITIONS, names_twice
from monasca_events_api.domain.expectations.yaml_file import FileFault, YamlFile, read_file
from monasca_events_api.semantics import stream_definition, transform
from monasca_events_api.semantics.field_checks import Finding, anything, list_check, mapping_check
from monasca_events_api.semantics.yaml_reader import Limits

LIMITS = Limits(characters=200_000_000, nodes=20_000_000, levels=100)
_CHECKS = {"transforms": transform.check, "stream_definitions": stream_definition.check}
_FILE = mapping_check(
    {},
    {part: list_check(check, MOST_DEFINITIONS, empty=True) for part, check in _CHECKS.items()}
    # Of a test file.
    | {"start": anything, "tests": anything},
)


class DefinitionFile:
    """A file that was read; its definitions, by kind and name. A kind that it does not mention is not in ``wanted``.

    *silent* are the names of its transforms that do not say whether they are enabled.
    """

    def __init__(self, file: YamlFile) -> None:
        self._file = file
        listed = {kind: file.value[kind.part] for kind in KINDS if kind.part in file.value}
        self.wanted: dict[Kind, dict[str, Fields]] = {
            kind: {each["name"]: plain(kind.fields(each)) for each in definitions}
            for kind, definitions in listed.items()
        }
        self.silent = [each["name"] for each in file.value.get(TRANSFORM.part, ()) if "enabled" not in each]
        self._places = {
            (kind, each["name"]): f"{kind.part}.{index}"
            for kind, definitions in listed.items()
            for index, each in enumerate(definitions)
        }

    def fault(self, kind: Kind, name: str, field: str, description: str) -> FileFault:
        """Return what is wrong with *field* (``select.0.event_type``) of a definition, at its place in the file."""
        place = self._places[kind, name]
        return self._file.fault(f"{place}.{field}" if field else place, description)


def read_definitions(data: bytes) -> DefinitionFile:
    """Read a file. Raises WrongFile with all faults of it."""
    return DefinitionFile(read_file(data, LIMITS, _check))


def write_definitions(definitions: Mapping[Kind, Mapping[str, Fields]]) -> str:
    """Write a file: both kinds, by name, without what is a default."""
    return _with_lines_between([_part(kind, definitions[kind]) for kind in KINDS])


def definition_text(kind: Kind, fields: Fields) -> str:
    """Write one definition as a file has it, but the keys inside its fields in order: two can be compared by line."""
    return yaml_text({name: in_order(value) for name, value in _short(kind, fields).items()})


def _part(kind: Kind, named: Mapping[str, Fields]) -> str:
    items = [yaml_text([_short(kind, named[name])]) for name in sorted(named)]
    if not items:
        return f"{kind.part}: []\n"
    return f"{kind.part}:\n{_with_lines_between(items)}"


def _with_lines_between(texts: Sequence[str]) -> str:
    # A block text at the end of an item may end with empty lines of its own: another one would become part of it.
    return "".join([*(text if text.endswith("\n\n") else f"{text}\n" for text in texts[:-1]), texts[-1]])


def _short(kind: Kind, fields: Fields) -> Fields:
    shown = readable(fields)
    return {
        name: value
        for name, value in shown.items()
        if name in kind.always or name not in kind.defaults or canonical(value) != canonical(kind.defaults[name])
    }


def _check(value: Any) -> Iterator[Finding]:
    findings = list(_FILE(value))
    # Names are there only where each definition is right by itself.
    yield from findings or names_twice(value, _CHECKS)
