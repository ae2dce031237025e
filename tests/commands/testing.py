"""Runs ``monasca-events test`` in this process, on files that a test writes."""

from pathlib import Path
from textwrap import dedent

from click.testing import CliRunner, Result

from monasca_events_api.commands.test import test as command

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "slow-builds.yaml"
DEFINITIONS = """\
start: 2015-07-20T15:44:00Z
transforms:
- name: sizes
  specification:
  - event_type: disk.*
    traits: {size: {fields: payload.size, type: int}}
stream_definitions:
- name: pair
  select: [{event_type: disk.*}]
  group_by: []
  fire_criteria: [{event_type: disk.*, number: 2}]
  expiration: 60000
  fire_actions: [a-1]
tests:
"""
EVENT = "{event_type: disk.full, message_id: m-1, timestamp: '2015-07-20T15:44:00Z'}"
SECOND = "{event_type: disk.full, message_id: m-2, timestamp: '2015-07-20T15:44:07Z'}"
PASSES = f"""
- name: passes
  events: [{{notification: {EVENT}, becomes: {{}}}}]
"""
FAILS = f"""
- name: fails
  events: [{{notification: {EVENT}, becomes: dropped}}]
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments)])


def run_text(folder: Path, text: str, *arguments: str | Path) -> Result:
    file = folder / "definitions.yaml"
    file.write_text(text, encoding="utf-8")
    return run(file, *arguments)


def run_tests(folder: Path, tests: str, *arguments: str | Path) -> Result:
    """Run *tests*, the items of the list, with the definitions above."""
    return run_text(folder, DEFINITIONS + dedent(tests), *arguments)
