"""The Containerfile and the trial of compose.yaml, as far as they can be tried without a container engine."""

import os
import re
import shlex
import signal
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from api.examples import event, transform, unique
from deployment import containerfile
from door.proxy import SAMPLE, Proxy
from history.topics import TopicReader
from monasca_events_api.serving.supervisor import STOP_SECONDS
from servers.api_process import PROJECT, ApiProcess
from servers.kafka import KafkaCluster
from servers.kafka_nodes import new_nodes
from servers.kafka_settings import ClusterLayout
from servers.packages import program, required
from servers.ports import LOOPBACK, free_port
from servers.postgres import Postgres
from servers.processes import ServerProcess, wait_until
from servers.run import folder_of_the_run

COMPOSE = PROJECT / "compose.yaml"
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
TOPICS = {"stream-definitions", "transform-definitions", "raw-events"}
SECRET = "MONASCA_EVENTS_DB_PASSWORD"


def complaints(program_name: str, *arguments: str | Path) -> str:
    """Run a checker of this environment and return what it says when it is not content."""
    command = [Path(sys.executable).with_name(program_name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def trial() -> ConfigParser:
    """Return compose.ini."""
    read = ConfigParser(interpolation=None)
    read.read(PROJECT / "compose.ini", encoding="utf-8")
    return read


def test_hadolint_finds_nothing_in_the_containerfile() -> None:
    assert complaints("hadolint", containerfile.FILE) == ""


def test_compose_yaml_is_what_the_compose_specification_allows() -> None:
    assert complaints("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE) == ""


def test_every_image_is_pinned() -> None:
    python = re.findall(r"^ARG PYTHON=(\S+)$", containerfile.FILE.read_text(), re.MULTILINE)
    images = [*python, *(each["image"] for each in SERVICES.values())]
    assert [image for image in images if not re.search(r":\d+(\.\d+)+(-[\w-]+)?$", image)] == []


def test_the_image_runs_as_nobody_who_could_be_root() -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", containerfile.only("USER").text)


def test_all_that_is_copied_into_the_build_is_there_and_sent_to_it() -> None:
    sent = {line[1:] for line in (PROJECT / ".containerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for each in containerfile.stages()[0] if each.name == "COPY" for name in shlex.split(each.text)[:-1]}
    assert sent == copied
    assert [name for name in copied if not (PROJECT / name).exists()] == []


@pytest.fixture(scope="module")
def environment() -> Path:
    """What the image has in /opt/monasca-events."""
    return containerfile.build(folder_of_the_run("image"))


def in_the_image(environment: Path, command: list[str]) -> list[str]:
    """Return *command* with its program as the image's PATH finds it."""
    return [str(environment / "bin" / command[0]), *command[1:]]


def test_the_image_brings_no_pip(environment: Path) -> None:
    assert [*environment.glob("bin/pip*"), *environment.glob("lib/*/site-packages/pip")] == []


@pytest.fixture
def served(environment: Path, tmp_path: Path) -> Iterator[ApiProcess]:
    """The service of the image's CMD as the first process of its own, on ``development.ini``."""
    api = ApiProcess(tmp_path, {}, sample="development.ini")
    api.ini.rename(tmp_path / "production.ini")
    folded = {"folder": tmp_path, "log_file": api.log_file}
    migrate = in_the_image(environment, SERVICES["schema"]["command"])
    subprocess.run(migrate, cwd=tmp_path, check=True, capture_output=True)
    namespaces = ["--pid", "--fork", "--kill-child", *([] if os.getuid() == 0 else ["--user", "--map-root-user"])]
    unshare = required(lambda: program("unshare"), ["util-linux"])
    command = in_the_image(environment, containerfile.only("CMD").command)
    api.process = ServerProcess([unshare, *namespaces, *command], **folded)
    api.start()
    yield api
    api.kill()


def checks(environment: Path, command: list[str], port: int) -> int:
    """Run a health check with *port* in place of its own and return its exit status."""
    asked = [re.sub(r", \d{4}, ", f", {port}, ", part) for part in in_the_image(environment, command)]
    return subprocess.run(asked, env={"http_proxy": "http://127.0.0.1:1"}, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    "command",
    [containerfile.only("HEALTHCHECK").command, SERVICES["api"]["healthcheck"]["test"][1:]],
    ids=["image", "compose"],
)
def test_the_health_check_says_whether_the_service_answers(
    environment: Path, served: ApiProcess, command: list[str]
) -> None:
    assert (checks(environment, command, served.port), checks(environment, command, free_port())) == (0, 1)


def test_the_ports_of_the_health_checks_are_those_that_are_listened_on() -> None:
    production = re.findall(r"^listen = .*:(\d+)$", (PROJECT / "production.ini").read_text(), re.MULTILINE)
    listens = trial()["server:main"]["listen"].partition(":")[2]
    assert f", {production[0]}, " in containerfile.only("HEALTHCHECK").text
    assert f", {listens}, " in " ".join(SERVICES["api"]["healthcheck"]["test"])
    assert f"server api1 {LOOPBACK}:{listens}\n" in SAMPLE.read_text()


def test_as_the_first_process_it_ends_in_order(served: ApiProcess) -> None:
    (first,) = Path(f"/proc/{served.pid}/task/{served.pid}/children").read_text().split()
    os.kill(int(first), signal.SIGTERM)
    wait_until(lambda: not served.process.running, "the end", seconds=30)


def test_compose_waits_longer_for_the_end_than_the_end_takes() -> None:
    assert int(SERVICES["api"]["stop_grace_period"].removesuffix("s")) > STOP_SECONDS


def test_what_compose_mounts_is_there() -> None:
    mounted = [volume.split(":")[0] for each in SERVICES.values() for volume in each.get("volumes", ())]
    files = [name for name in mounted if name.startswith("./")]
    assert files
    assert [name for name in files if not (PROJECT / name).is_file()] == []


def test_nothing_is_published_beyond_this_host() -> None:
    ports = [port for each in SERVICES.values() for port in each.get("ports", ())]
    assert ports == [f"{LOOPBACK}:8072:8072"]


def test_the_service_is_given_the_variables_that_its_settings_name() -> None:
    named = set(re.findall(r"env:(\w+)", (PROJECT / "compose.ini").read_text()))
    assert named == set(SERVICES["api"]["environment"]) == {SECRET}
    assert SERVICES["api"]["environment"][SECRET] == SERVICES["postgresql"]["environment"]["POSTGRES_PASSWORD"]


def test_the_hosts_of_its_settings_are_services() -> None:
    settings = trial()["app:main"]
    hosts = {re.split("[@/:]", settings["sqlalchemy.url"])[4], settings["kafka.bootstrap_servers"].split(":")[0]}
    assert hosts <= set(SERVICES)


def test_postgresql_is_asked_as_the_one_who_it_was_made_for(postgres: Postgres) -> None:
    url = trial()["app:main"]["sqlalchemy.url"]
    made = SERVICES["postgresql"]["environment"]
    assert url.endswith(f"//{made['POSTGRES_USER']}@postgresql/{made['POSTGRES_DB']}")
    ready = required(lambda: program("pg_isready"), ["postgresql-client"])
    asked = [ready, *SERVICES["postgresql"]["healthcheck"]["test"][2:], f"--port={postgres.port}"]
    assert subprocess.run(asked, capture_output=True, check=False).returncode == 0


def test_every_topic_of_the_service_is_made(kafka: KafkaCluster) -> None:
    (script,) = SERVICES["topics"]["command"]
    parser = ArgumentParser()
    parser.add_argument("--topic", required=True)
    parser.add_argument("--partitions", type=int, required=True)
    parser.add_argument("--config", action="append", default=[])
    lines = [line.partition(" ")[2] for line in script.splitlines() if line.startswith("$$topics ")]
    asked = [parser.parse_args(shlex.split(line)) for line in lines]
    for each in asked:
        kafka.create_topics({unique(each.topic): each.partitions}, dict(pair.split("=") for pair in each.config))
    assert {each.topic for each in asked} == TOPICS


def broker_settings(ports: dict[str, int]) -> dict[str, str]:
    """Return what the image makes of its environment, on loopback and *ports* in place of the container's."""
    told = yaml.safe_dump(SERVICES["kafka"]["environment"])
    for port, ours in ports.items():
        told = re.sub(rf"(?:kafka)?:{port}\b", f"{LOOPBACK}:{ours}", told)
    environment: dict[str, str] = yaml.safe_load(told)
    return {name.removeprefix("KAFKA_").lower().replace("_", "."): value for name, value in environment.items()}


def test_a_broker_starts_with_the_settings_of_compose() -> None:
    folder, ports = folder_of_the_run("compose-kafka"), {"9092": free_port(), "9093": free_port()}
    named = {("PLAINTEXT", 1): ports["9092"], ("CONTROLLER", 1): ports["9093"]}
    # Later ones win, so all of compose's count.
    settings = {**broker_settings(ports), "log.dirs": str(folder / "node-1" / "data")}
    (broker,) = new_nodes(ClusterLayout(folder=folder, brokers=[1], controller=1, ports=named, extra=settings)).values()
    broker.start()
    broker.wait_ready(lambda: "Kafka Server started" in broker.log_file.read_text(errors="replace"))
    broker.kill()


def test_the_trial_takes_definitions_and_events_through_its_proxy(kafka: KafkaCluster, postgres: Postgres) -> None:
    folder = folder_of_the_run("trial")
    names = {topic: unique(topic) for topic in TOPICS}
    kafka.create_topics(dict.fromkeys(names.values(), 1))
    main = {
        "sqlalchemy.url": postgres.create_database(unique("trial").replace("-", "_")),
        "sqlalchemy.password": "",
        "kafka.bootstrap_servers": kafka.bootstrap,
        "metrics.directory": str(folder / "metrics"),
        "messages.stream_definitions_topic": names["stream-definitions"],
        "messages.transforms_topic": names["transform-definitions"],
        "messages.events_topic": names["raw-events"],
    }
    api = ApiProcess(folder, {"app:main": main}, sample="compose.ini")
    api.migrate()
    api.start()
    proxy = Proxy(folder, api.port)
    proxy.start()
    with httpx.Client(base_url=proxy.url, trust_env=False, timeout=30) as client:
        created = client.post("/v2.0/transforms", json=transform()).raise_for_status().json()
        assert client.post("/v2.0/events", json=event()).status_code == 204
    found = httpx.get(f"{api.url}/healthcheck", trust_env=False, timeout=30).json()
    assert found == dict.fromkeys(("database", "keystone", "kafka", "outbox"), "OK")
    with TopicReader(kafka.bootstrap, names.values()) as reader:
        assert reader.wait_for_key(created["id"])
    assert created["links"][0]["href"].startswith(proxy.url)
    proxy.kill()
    api.stop()
