"""``docs/examples/consumer.py`` keeps a table of what is live, by what it really reads from Kafka."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from api.examples import stream_definition, transform, unique
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS, RunningService, Tenant
from consumers.published import EXAMPLE, Topics, read, republish
from history.topics import Record
from servers.processes import ServerProcess, wait_until
from servers.run import folder_of_the_run


def new_table() -> Any:
    """Return an empty table of the example's own class."""
    spec = spec_from_file_location("example_consumer", EXAMPLE)
    assert spec is not None and spec.loader is not None  # noqa: PT018
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Definitions()


def take(table: Any, record: Record) -> bool:
    return bool(table.take(record.key, dict(record.headers), record.json))


@pytest.fixture
def tenant(service: RunningService) -> Iterator[Tenant]:
    with service.tenant(unique("tenant")) as tenant:
        yield tenant


@pytest.fixture
def changed(tenant: Tenant, topics: Topics) -> list[Record]:
    """The records of a stream definition that was created and then renamed: three."""
    created = tenant.create(STREAM_DEFINITIONS, stream_definition(name="first"))["id"]
    tenant.patch(f"{STREAM_DEFINITIONS}/{created}", json={"name": "second"}).raise_for_status()
    return read(topics, {created: 3})


@pytest.fixture
def deleted(tenant: Tenant, topics: Topics) -> list[Record]:
    """The records of a transform that was created and deleted."""
    created = tenant.create(TRANSFORMS, transform())["id"]
    tenant.delete(f"{TRANSFORMS}/{created}").raise_for_status()
    return read(topics, {created: 2})


def test_it_has_the_newest_content(changed: list[Record]) -> None:
    table = new_table()
    for record in changed:
        take(table, record)
    assert [each["name"] for each in table.live.values()] == ["second"]


def test_it_forgets_what_was_deleted(deleted: list[Record]) -> None:
    table = new_table()
    assert [take(table, record) for record in deleted] == [True, True]
    assert table.live == {}


def test_a_transform_is_live_while_it_is_enabled(tenant: Tenant, topics: Topics) -> None:
    created = tenant.create(TRANSFORMS, transform(name="switched", enabled=False))["id"]
    for enabled in (True, False):
        tenant.patch(f"{TRANSFORMS}/{created}", json={"enabled": enabled}).raise_for_status()
    table = new_table()
    live = []
    for record in read(topics, {created: 3}):
        take(table, record)
        live.append([each["name"] for each in table.live.values()])
    assert live == [[], ["switched"], []]


def test_it_drops_every_repeat(changed: list[Record]) -> None:
    table = new_table()
    taken = [take(table, record) for record in [*changed, *changed[1:], changed[-1]]]
    assert taken == [True, True, True, False, False, False]


def test_what_comes_late_does_not_bring_back_what_was_deleted(deleted: list[Record]) -> None:
    table = new_table()
    for record in reversed(deleted):
        take(table, record)
    assert table.live == {}


def test_it_ends_with_the_same_table_from_wherever_a_relay_repeats(changed: list[Record]) -> None:
    for start, end in itertools.combinations(range(len(changed) + 1), 2):
        table = new_table()
        for record in [*changed[:end], *changed[start:]]:
            take(table, record)
        assert [each["name"] for each in table.live.values()] == ["second"]


def test_republished_definitions_fill_an_empty_table(
    service: RunningService, tenant: Tenant, topics: Topics, changed: list[Record]
) -> None:
    kept = tenant.create(TRANSFORMS, transform(name="kept"))["id"]
    republish(service)
    again = [each for each in read(topics, {changed[0].key: 4, kept: 2}) if "republished" in each.headers]
    table = new_table()
    for record in again:
        take(table, record)
    assert sorted(each["name"] for each in table.live.values()) == ["kept", "second"]


def test_as_a_program_it_reads_on(tenant: Tenant, topics: Topics) -> None:
    folder = folder_of_the_run("consumer")
    log = folder / "consumer.log"
    command = [sys.executable, "-W", "ignore", EXAMPLE, topics.kafka.bootstrap, topics.stream_definitions]
    program = ServerProcess(command, folder=folder, log_file=log)
    name = unique("watched")
    created = tenant.create(STREAM_DEFINITIONS, stream_definition(name=name))["id"]
    program.start()
    try:
        wait_until(lambda: name in last_line(log.read_text()), "the definition in the table", 30)
        tenant.delete(f"{STREAM_DEFINITIONS}/{created}").raise_for_status()
        wait_until(lambda: name not in last_line(log.read_text()), "the definition gone from the table", 30)
    finally:
        program.kill()
    assert "Traceback" not in log.read_text()


def test_as_a_program_it_reads_the_files_of_the_development_setup(changed: list[Record], tmp_path: Path) -> None:
    lines = [{"key": each.key, "headers": dict(each.headers), "value": each.json} for each in changed]
    (tmp_path / "definitions.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    command = [sys.executable, EXAMPLE, "--files", tmp_path, "definitions"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["1 live: first", "0 live: ", "1 live: second"]


def last_line(text: str) -> str:
    return text.rpartition("\n")[0].rpartition("\n")[2]
