"""``monasca-events``: what an operator does beside serving, and the exit status that says how it went (contract 3)."""

import json
import signal
import sqlite3
from pathlib import Path

import httpx
import pytest

from servers.api_process import ApiProcess
from servers.processes import wait_until
from start.programs import NOWHERE, SECRETS, Ended, ini, migrated, run, started

STREAM_DEFINITION = {
    "name": "created",
    "select": [{"event_type": "compute.*"}],
    "group_by": [],
    "expiration": 1000,
    "fire_criteria": [{"event_type": "compute.instance.create.end"}],
}
PERCENT = "a % in a value is written %%, unless it begins a %(key)s"
TRANSFORM = {"name": "all", "specification": [{"event_type": "*", "traits": {}}]}


def database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "var" / "monasca-events.sqlite", isolation_level=None, timeout=10)


def query(folder: Path, statement: str) -> list[tuple[object, ...]]:
    connection = database(folder)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def set_aside(folder: Path, *positions: int, change: str = "deleted") -> None:
    """Set aside the *change* of a transform that is gone, at each of *positions*."""
    headers = json.dumps({"type": f"transform-{change}", "revision": "2"})
    for position in positions:
        value = json.dumps({"transform_definition": [], "tenant_id": "one", "transform_id": f"id-{position}"})
        query(
            folder,
            "INSERT INTO outbox_set_aside (position, topic, key, headers, value, size, created_at, reason) "
            f"VALUES ({position}, 'transform-definitions', 'id-{position}', '{headers}', '{value}', 2, 0, 'too large')",
        )


def store_definitions(folder: Path, tenants: tuple[str, ...]) -> Path:
    """Store a definition of each kind for each of *tenants* and return the ini file, all announcements sent."""
    everybody = {"app:main": {"delegate_authorized_roles": "monasca-user"}}
    migrated(folder)
    api = ApiProcess(folder, everybody, sample="development.ini")
    api.start()
    for tenant in tenants:
        for path, body in (("stream-definitions", STREAM_DEFINITION), ("transforms", TRANSFORM)):
            url = f"{api.url}/v2.0/{path}?tenant_id={tenant}"
            httpx.post(url, json=body, trust_env=False).raise_for_status()
    wait_until(lambda: query(folder, "SELECT * FROM outbox") == [], "all is announced")
    api.stop()
    return api.ini


def republished(folder: Path) -> list[tuple[str, str]]:
    """Return the topic and the tenant of each record in the outbox, checking that it is marked."""
    rows = query(folder, "SELECT topic, headers, value FROM outbox ORDER BY position")
    assert all(json.loads(str(headers))["republished"] == "true" for _, headers, _ in rows)
    values = [(str(topic), json.loads(str(value))) for topic, _, value in rows]
    return [(topic, value.get("stream-definition-created", value)["tenant_id"]) for topic, value in values]


def test_check_finds_all_well_in_development(tmp_path: Path) -> None:
    file = migrated(tmp_path)
    lines = ["settings: OK", "database: OK", "keystone: OK", "kafka: OK", "outbox: OK"]
    assert run("monasca-events", "check", file) == Ended(0, lines, [])


def test_check_says_of_each_dependency_that_it_is_away(tmp_path: Path) -> None:
    ended = run("monasca-events", "check", ini(tmp_path, NOWHERE, "production.ini"), environment=SECRETS)
    away = ["settings: OK", "database: The database is away", "keystone: Keystone is away", "kafka: Kafka is away"]
    assert ended.status == 1
    assert [line.startswith(start) for line, start in zip(ended.output, away, strict=False)] == [True] * 4


def test_check_prints_no_secret(tmp_path: Path) -> None:
    ended = run("monasca-events", "check", ini(tmp_path, NOWHERE, "production.ini"), environment=SECRETS)
    assert [line for line in ended.output + ended.errors if "secret-" in line] == []


def test_check_misses_the_schema(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    ended = run("monasca-events", "check", ini(tmp_path))
    assert ended.status == 1
    assert ended.output[1].startswith("database: The database lacks the schema of this release")


def test_check_has_a_line_for_what_nobody_foresaw(tmp_path: Path) -> None:
    url = "mysql+pymysql://monasca:secret@127.0.0.1:1/events?compress=true"
    ended = run("monasca-events", "check", ini(tmp_path, {"app:main": {"sqlalchemy.url": url}}))
    trouble = "NotImplementedError: compress and named_pipe arguments are not supported"
    lines = ["settings: OK", f"database: {trouble}", "keystone: OK", "kafka: OK", f"outbox: {trouble}"]
    assert ended == Ended(1, lines, [])


def test_check_has_a_line_for_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database, and longer than the head of one would be\n" * 10)
    ended = run("monasca-events", "check", ini(tmp_path, {"app:main": {"sqlalchemy.url": f"sqlite:///{file}"}}))
    assert ended.output[1] == "database: The database is away (file is not a database)"


def test_check_has_a_line_for_a_value_that_libpq_does_not_know(tmp_path: Path) -> None:
    url = "postgresql+psycopg://monasca:secret@127.0.0.1:1/events?sslmode=color"
    ended = run("monasca-events", "check", ini(tmp_path, {"app:main": {"sqlalchemy.url": url}}))
    assert ended.output[1].startswith("database: The database is away (")
    assert 'invalid sslmode value: "color"' in ended.output[1]


def test_check_prints_wrong_settings_and_asks_nobody(tmp_path: Path) -> None:
    wrong = {"app:main": {"color": "red"}, "server:main": {"workers": "0"}}
    assert run("monasca-events", "check", ini(tmp_path, wrong)) == Ended(
        1,
        [],
        ["[app:main] color: unknown key", "[server:main] workers: '0' is not a whole number from 1 to 256"],
    )


def check_metrics_in(folder: Path, directory: Path) -> Ended:
    metrics = {"metrics.enabled": "true", "metrics.directory": str(directory)}
    return run("monasca-events", "check", ini(folder, {"app:main": metrics}))


def test_check_finds_that_the_metrics_have_no_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = check_metrics_in(tmp_path, tmp_path / "file" / "metrics")
    assert ended == Ended(1, [], ["[app:main] metrics.directory: Not a directory"])


def test_check_leaves_it_to_the_service_to_make_the_directory_of_the_metrics(tmp_path: Path) -> None:
    assert check_metrics_in(tmp_path, tmp_path / "run" / "metrics").output[0] == "settings: OK"
    assert not (tmp_path / "run").exists()


def test_check_reports_what_is_set_aside(tmp_path: Path) -> None:
    file = migrated(tmp_path)
    set_aside(tmp_path, 7)
    ended = run("monasca-events", "check", file)
    assert (ended.status, ended.output[-1]) == (1, "outbox: 1 set aside, the first because: too large")


def test_outbox_list_shows_a_line_for_each_record(tmp_path: Path) -> None:
    file = migrated(tmp_path)
    set_aside(tmp_path, 7, 8)
    assert run("monasca-events", "outbox", "list", file).output == [
        "7\t1970-01-01T00:00:00Z\ttransform-definitions\tid-7\t2\ttoo large",
        "8\t1970-01-01T00:00:00Z\ttransform-definitions\tid-8\t2\ttoo large",
    ]


def test_outbox_retry_lets_records_wait_again(tmp_path: Path) -> None:
    file = migrated(tmp_path)
    set_aside(tmp_path, 7, 8, 9)
    assert run("monasca-events", "outbox", "retry", file, "7", "9") == Ended(0, [], [])
    assert query(tmp_path, "SELECT key FROM outbox ORDER BY position") == [("id-7",), ("id-9",)]
    assert query(tmp_path, "SELECT position FROM outbox_set_aside") == [(8,)]


def test_outbox_retry_discards_what_is_outdated_and_says_so(tmp_path: Path) -> None:
    file = migrated(tmp_path)
    set_aside(tmp_path, 7)
    set_aside(tmp_path, 8, 9, change="updated")
    assert run("monasca-events", "outbox", "retry", file, "9", "8", "7") == Ended(
        0, ["8: outdated, discarded", "9: outdated, discarded"], []
    )
    assert query(tmp_path, "SELECT key FROM outbox") == [("id-7",)]
    assert query(tmp_path, "SELECT position FROM outbox_set_aside") == []


def test_outbox_discard_forgets_records(tmp_path: Path) -> None:
    file = migrated(tmp_path)
    set_aside(tmp_path, 7, 8)
    assert run("monasca-events", "outbox", "discard", file, "7") == Ended(0, [], [])
    assert query(tmp_path, "SELECT position FROM outbox_set_aside") == [(8,)]
    assert query(tmp_path, "SELECT * FROM outbox") == []


@pytest.mark.parametrize("verb", ["retry", "discard"])
def test_outbox_does_nothing_when_one_of_the_records_is_not_set_aside(tmp_path: Path, verb: str) -> None:
    file = migrated(tmp_path)
    set_aside(tmp_path, 7)
    assert run("monasca-events", "outbox", verb, file, "7", "8") == Ended(
        1, [], ["Error: No record is set aside at 8; nothing was done"]
    )
    assert query(tmp_path, "SELECT position FROM outbox_set_aside") == [(7,)]


@pytest.mark.parametrize("verb", ["retry", "discard"])
def test_outbox_takes_no_position_that_no_database_has(tmp_path: Path, verb: str) -> None:
    ended = run("monasca-events", "outbox", verb, migrated(tmp_path), str(1 << 63))
    assert ended.status == 2
    assert f"{1 << 63} is not in the range" in ended.errors[-1]


@pytest.mark.parametrize("verb", ["retry", "discard"])
def test_outbox_takes_a_record_once_however_often_it_is_named(tmp_path: Path, verb: str) -> None:
    file = migrated(tmp_path)
    set_aside(tmp_path, 7)
    assert run("monasca-events", "outbox", verb, file, "7", "7") == Ended(0, [], [])
    assert query(tmp_path, "SELECT position FROM outbox_set_aside") == []


def test_republish_announces_every_definition_of_every_tenant(tmp_path: Path) -> None:
    file = store_definitions(tmp_path, ("one", "two"))
    assert run("monasca-events", "republish", file) == Ended(0, ["stream definitions: 2", "transforms: 2"], [])
    assert republished(tmp_path) == [
        ("stream-definitions", "one"),
        ("stream-definitions", "two"),
        ("transform-definitions", "one"),
        ("transform-definitions", "two"),
    ]


def test_republish_announces_only_the_definitions_of_the_tenant_that_is_asked_for(tmp_path: Path) -> None:
    file = store_definitions(tmp_path, ("one", "two"))
    assert run("monasca-events", "republish", file, "--tenant", "two").status == 0
    assert republished(tmp_path) == [("stream-definitions", "two"), ("transform-definitions", "two")]


def test_a_database_that_is_away_is_one_line(tmp_path: Path) -> None:
    file = ini(tmp_path, NOWHERE, "production.ini")
    ended = run("monasca-events", "republish", file, environment=SECRETS)
    assert (ended.status, ended.output, len(ended.errors)) == (1, [], 1)
    assert ended.errors[0].startswith("Error: The database is away (")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_relay_sends_what_waits_and_gives_the_lease_back_at_its_end(tmp_path: Path, end: signal.Signals) -> None:
    file = store_definitions(tmp_path, ("one",))
    run("monasca-events", "republish", file)
    with started("monasca-events", "relay", file) as relay:
        wait_until(lambda: query(tmp_path, "SELECT * FROM outbox") == [], "all is sent")
        assert query(tmp_path, "SELECT holder FROM relay_lease") != [("",)]
        relay.send_signal(end)
        assert relay.wait(20) == 0
    assert query(tmp_path, "SELECT holder FROM relay_lease") == [("",)]


@pytest.mark.parametrize(
    "command",
    [
        *([], ["check"], ["relay"], ["republish"], ["outbox"], ["outbox", "list"], ["outbox", "retry"]),
        *(["outbox", "discard"], ["test"], ["export"], ["apply"]),
    ],
)
def test_help_tells_the_exit_status(command: list[str]) -> None:
    ended = run("monasca-events", *command, "--help")
    assert ended.status == 0
    assert [line for line in ended.output if "Exit status" in line] != []


@pytest.mark.parametrize("arguments", [["check", "nowhere.ini"], ["check"], ["outbox", "retry"], ["fly"]])
def test_a_wrong_command_line_is_status_2(arguments: list[str]) -> None:
    assert run("monasca-events", *arguments).status == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"secret-1\n", "line 1 stands before any section"),
        (b"[app:main]\nsecret-1\n", "line 2 is neither a section nor a key with its value"),
        (b"[app:main]\nregion = secret-%1\n", f"[app:main] region: {PERCENT}"),
        (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [["check"], ["republish"]])
def test_what_is_no_ini_file_is_one_line_without_its_secrets(
    tmp_path: Path, command: list[str], text: bytes, told: str
) -> None:
    file = tmp_path / "events.ini"
    file.write_bytes(text)
    assert run("monasca-events", *command, file) == Ended(1, [], [f"Error: {file} is no ini file: {told}"])
