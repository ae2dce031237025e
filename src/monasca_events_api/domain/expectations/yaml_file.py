"""A YAML file that people write: its value, and where in it what is wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from monasca_events_api.domain.expectations.places import Places
from monasca_events_api.semantics.faults import MOST_FAULTS, Fault, InvalidDefinition
from monasca_events_api.semantics.field_checks import Check
from monasca_events_api.semantics.yaml_reader import Limits, read_yaml

_PLACE = re.compile(r"line (\d+), column (\d+): ")
_ABOUT_KEYS = ("Unknown key", "Reserved name", "Keys must be strings")


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong in a file, and where: line and column count from 1."""

    line: int
    column: int
    description: str


class WrongFile(ValueError):
    """A file that cannot be used; ``faults`` has at least one, in the order of the file."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
        super().__init__("; ".join(fault.description for fault in self.faults))


class YamlFile:
    """A file as it was read. *value* has passed the check."""

    def __init__(self, value: Any, places: Places) -> None:
        self.value = value
        self._places = places

    def fault(self, name: str, description: str) -> FileFault:
        """Return what is wrong with the value that *name* leads to (``tests.0.until``), at its place."""
        place = None
        if in_text := _PLACE.match(description):
            place = self._places.in_text(name, (int(in_text[1]), int(in_text[2])))
        if in_text and place:
            description = description[in_text.end() :]
        else:
            place = (self._places.of_key if description in _ABOUT_KEYS else self._places.of_value)(name)
        return FileFault(*place, f"{name}: {description}" if name else description)


def read_file(data: bytes, limits: Limits, check: Check) -> YamlFile:
    """Read a file, in UTF-8, and *check* its value. Raises WrongFile with all faults of it (the first 100)."""
    text = _decoded(data)
    try:
        value = read_yaml(text, limits)
    except InvalidDefinition as invalid:
        raise WrongFile(map(_yaml_fault, invalid.faults)) from None
    file = YamlFile(value, Places(text))
    faults = [file.fault(".".join(path), description) for path, description in islice(check(value), MOST_FAULTS)]
    if faults:
        raise WrongFile(faults)
    return file


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise WrongFile([FileFault(line, column, "Not UTF-8")]) from None


def _yaml_fault(fault: Fault) -> FileFault:
    place = _PLACE.match(fault.description)
    if place is None:
        return FileFault(1, 1, fault.description)
    return FileFault(int(place[1]), int(place[2]), fault.description[place.end() :])
