"""The unit for systemd: systemd takes it, finds it well shut, and the service lives within what it allows."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import httpx
import pytest
from announcing_service import AnnouncingService, new_database

from api.examples import event, transform
from monasca_events_api.serving.supervisor import STOP_SECONDS
from servers.api_process import PROJECT, ApiProcess
from servers.kafka import KafkaCluster
from servers.packages import program, required
from servers.processes import wait_until
from start.programs import SECRETS, migrated, run, started
from start.several_workers import write

UNIT = PROJECT / "docs" / "monasca-events-api.service"
EXPOSURE = 12
"""In tenths; of a unit without any of it, it is 96."""
ALWAYS_ALLOWED = "@default"


class Unit(ConfigParser):
    """The unit; a setting that stands there more than once is all of them, one line each."""

    def __init__(self) -> None:
        super().__init__(interpolation=None, delimiters="=", comment_prefixes="#", strict=False)
        self.optionxform = str  # type: ignore[assignment,method-assign]
        several = re.compile(r"^(\w+)=.*(?:\n\1=.*)+", re.MULTILINE)
        self.read_string(several.sub(lambda found: found[0].replace(f"\n{found[1]}=", "\n  "), UNIT.read_text()))


@pytest.fixture(scope="module")
def analyze() -> Path:
    return required(lambda: program("systemd-analyze"), ["systemd"])


def test_systemd_takes_it(analyze: Path, tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/monasca-events/bin", str(Path(sys.executable).parent)))
    done = subprocess.run(
        [analyze, "verify", "--man=no", "--recursive-errors=no", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_finds_it_well_shut(analyze: Path) -> None:
    told = [analyze, "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", UNIT]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_waits_longer_for_the_end_than_the_end_takes() -> None:
    assert int(Unit()["Service"]["TimeoutStopSec"]) > STOP_SECONDS


def told_by_comments() -> list[str]:
    return re.findall(r"^# ([a-z.]+) = (.+)$", UNIT.read_text(), re.MULTILINE)


def test_the_settings_in_its_comments_are_taken(tmp_path: Path) -> None:
    (_, database), (_, keystone), (_, metrics) = told_by_comments()
    for line in Unit()["Service"]["LoadCredential"].splitlines():
        (tmp_path / line.partition(":")[0]).write_text("secret\n")
    changes = {
        "app:main": {"sqlalchemy.password": database, "metrics.directory": metrics},
        "filter:authtoken": {"password": keystone},
    }
    api = ApiProcess(tmp_path, changes)
    told = run("monasca-events", "check", api.ini, environment={"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert told.output[:1] == ["settings: OK"], told.errors


def test_a_credential_that_is_missing_is_one_line(tmp_path: Path) -> None:
    api = ApiProcess(tmp_path, {"app:main": {"sqlalchemy.password": "file:$CREDENTIALS_DIRECTORY/database"}})
    told = run("pserve", api.ini, environment={**SECRETS, "CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert told.errors == [f"[app:main] sqlalchemy.password: {tmp_path}/database: No such file or directory"]


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("kind", ["a file", "no file"])
def test_systemd_is_told_when_the_service_listens(tmp_path: Path, kind: str, workers: str) -> None:
    migrated(tmp_path)
    name = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(name if kind == "a file" else f"\0{name}")
        told.settimeout(60)
        environment = {"NOTIFY_SOCKET": name if kind == "a file" else f"@{name}"}
        api = ApiProcess(
            tmp_path, {"server:main": {"workers": workers}}, sample="development.ini", environment=environment
        )
        api.process.start()
        assert told.recv(100) == b"READY=1"
        assert httpx.get(f"{api.url}/healthcheck/live", trust_env=False, timeout=30).is_success
        api.stop()


def test_a_systemd_that_does_not_listen_is_a_line_of_the_log(tmp_path: Path) -> None:
    migrated(tmp_path)
    environment = {"NOTIFY_SOCKET": str(tmp_path / "nobody")}
    api = ApiProcess(tmp_path, {}, sample="development.ini", environment=environment)
    api.start()
    api.stop()
    assert "could not tell systemd that it is ready error=" in api.log_file.read_text()


def test_told_to_reload_one_worker_alone_ends_in_order(tmp_path: Path) -> None:
    migrated(tmp_path)
    api = ApiProcess(tmp_path, {}, sample="development.ini")
    with started("pserve", api.ini) as process:
        wait_until(api.answers, "it serves")
        process.send_signal(signal.SIGHUP)
        assert process.wait(60) == 0


def test_told_to_reload_a_wrong_file_one_worker_alone_goes_on(tmp_path: Path) -> None:
    migrated(tmp_path)
    api = ApiProcess(tmp_path, {}, sample="development.ini")
    api.start()
    write(api, "color = red")
    os.kill(api.pid, signal.SIGHUP)
    wait_until(
        lambda: "not reloaded fault=[app:main] color: unknown key\n" in api.log_file.read_text(), "the log says why not"
    )
    assert api.answers()
    api.stop()


@pytest.fixture(scope="module")
def asked_of_the_kernel(
    request: pytest.FixtureRequest, kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """All system calls of two workers who serve, with PostgreSQL and Kafka, from their start to their end."""
    strace = required(lambda: program("strace"), ["strace"])
    calls = tmp_path_factory.mktemp("strace") / "calls"
    folder, url = new_database(request, "postgresql")
    measured = {"metrics.enabled": "true", "metrics.directory": str(folder / "metrics")}
    service = AnnouncingService(folder, url, kafka, workers=2, settings=measured)
    service.create_topics()
    (api,) = service.processes
    # -D: what is started is the service, and strace its child.
    api.process.command = [str(strace), "-D", "-f", "-qq", "-o", str(calls), *api.process.command]
    service.start()
    with service.client() as client, service.reader() as reader:
        created = client.create("transforms", transform())
        assert client.send_json("POST", "events", event()).status_code == 204
        assert reader.wait_for_key(created["id"])
        assert httpx.get(f"{api.url}/metrics", trust_env=False, timeout=30).is_success
    os.kill(api.pid, signal.SIGHUP)
    wait_until(lambda: "reloading" in api.log_file.read_text(), "it reloads")
    api.stop()
    yield calls.read_text(errors="replace")
    service.kill()


def members(analyze: Path, group: str) -> set[str]:
    """Return the system calls of a *group*, those of the groups in it too; one call is a group of its own."""
    if not group.startswith("@"):
        return {group}
    listed = subprocess.run([analyze, "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    names = {line.strip() for line in listed.splitlines()[1:] if not line.strip().startswith("#")} - {""}
    inner = {name for name in names if name.startswith("@")}
    return (names - inner).union(*(members(analyze, name) for name in inner))


def test_what_it_asks_of_the_kernel_is_allowed(analyze: Path, asked_of_the_kernel: str) -> None:
    allowed: set[str] = set()
    for line in Unit()["Service"]["SystemCallFilter"].splitlines():
        listed: set[str] = set().union(*(members(analyze, name) for name in line.strip("~ ").split()))
        allowed = allowed - listed if line.startswith("~") else allowed | listed
    called = set(re.findall(r"^\d+ +(?:<\.\.\. )?([a-z_0-9]+)(?:\(| resumed)", asked_of_the_kernel, re.MULTILINE))
    assert len(called) > 20
    assert called - allowed - members(analyze, ALWAYS_ALLOWED) == set()


def test_it_makes_no_memory_that_is_written_and_run(asked_of_the_kernel: str) -> None:
    mapped = re.findall(r"^\d+ +m(?:map|protect)\(.*PROT_EXEC.*$", asked_of_the_kernel, re.MULTILINE)
    assert mapped
    assert [line for line in mapped if "PROT_WRITE" in line or "mprotect(" in line] == []


def test_it_talks_by_no_other_kind_of_address(asked_of_the_kernel: str) -> None:
    families = set(re.findall(r"socket(?:pair)?\((AF_\w+)", asked_of_the_kernel))
    assert families
    assert families - set(Unit()["Service"]["RestrictAddressFamilies"].split()) == set()


def test_the_programs_of_its_commands_are_those_of_the_distribution() -> None:
    program_path, *arguments = shlex.split(Unit()["Service"]["ExecStart"])
    assert Path(sys.executable).with_name(Path(program_path).name).exists()
    assert arguments == ["/etc/monasca-events/production.ini"]
