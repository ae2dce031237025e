"""What the operators' page tells to type works, and no line of the log is missing there."""

import ast
import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from docs.pages import blocks
from servers.api_process import PROJECT
from servers.kafka import KafkaCluster
from servers.mariadb import MariaDB
from servers.ports import LOOPBACK
from servers.postgres import Postgres
from start.programs import ini, run

PAGE = (PROJECT / "docs" / "operators.rst").read_text(encoding="utf-8")
LEVELS = {"info", "warning", "error", "exception"}
NAME = "monasca_events"


def titled(title: str) -> str:
    (found,) = (block.text for block in blocks("operators") if block.title == title)
    return found


def statements(title: str) -> list[str]:
    return [each.strip() for each in titled(title).split(";") if each.strip()]


def test_postgresql_is_set_up_by_its_statements(postgres: Postgres, tmp_path: Path) -> None:
    for statement in statements("PostgreSQL"):
        postgres.execute(statement)
    migrate(tmp_path, f"postgresql+psycopg://{LOOPBACK}:{postgres.port}")


def test_mariadb_is_set_up_by_its_statements(mariadb: MariaDB, tmp_path: Path) -> None:
    for statement in statements("MariaDB"):
        mariadb.execute(statement)
    migrate(tmp_path, f"mysql+pymysql://{LOOPBACK}:{mariadb.port}")


def migrate(folder: Path, of_the_server: str) -> None:
    """Build the schema as the page's own account, twice: the second time there is nothing to do."""
    url = make_url(of_the_server).set(username=NAME, password="change-me", database=NAME)
    file = ini(folder, {"app:main": {"sqlalchemy.url": url.render_as_string(hide_password=False)}})
    assert [run("alembic", "-c", file, "upgrade", "head").status for _ in range(2)] == [0, 0]


def options() -> ArgumentParser:
    """Return what reads the options of ``kafka-topics.sh`` as the page uses them."""
    parser = ArgumentParser(exit_on_error=False)
    parser.add_argument("--create", action="store_true", required=True)
    for name in ("--bootstrap-server", "--topic", "--replication-factor"):
        parser.add_argument(name, required=True)
    parser.add_argument("--partitions", type=int, required=True)
    parser.add_argument("--config", action="append", default=[])
    return parser


@pytest.mark.parametrize("command", titled("Topics").replace("\\\n", " ").splitlines())
def test_the_broker_takes_the_settings_of_each_topic(kafka: KafkaCluster, command: str) -> None:
    program, *arguments = shlex.split(command)
    asked = options().parse_args(arguments)
    configs = dict(each.split("=") for each in asked.config)
    # One broker has no place for three copies, and its topics may have these names already.
    kafka.create_topics({f"{asked.topic}-of-the-page": asked.partitions}, configs)
    assert (program, asked.replication_factor) == ("kafka-topics.sh", "3")


def log_lines() -> Iterator[str]:
    """Give each line as it stands in the code, those of the level DEBUG apart."""
    for file in (PROJECT / "src" / "monasca_events_api").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("log"), attr=level), args=[ast.Constant(str(line)), *_]
                ) if level in LEVELS:
                    yield line


@pytest.mark.parametrize("line", sorted(set(log_lines())))
def test_every_line_of_the_log_is_words_and_behind_them_values_by_name(line: str) -> None:
    assert re.fullmatch(r"[^=%]+( \w+=%[sd])*", line)


@pytest.mark.parametrize("line", sorted(set(log_lines())))
def test_every_line_of_the_log_is_explained(line: str) -> None:
    words = re.sub(r" \w+=.*", "", line)
    assert re.search(rf"``{re.escape(words)}( \w+=[^`]+)?``", PAGE)
