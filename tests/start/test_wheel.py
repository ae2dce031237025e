"""Who only installs the wheel has the whole service: both samples, the migrations, all commands."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from servers.api_process import PROJECT
from servers.ports import LOOPBACK, free_port
from servers.processes import ServerProcess
from servers.run import folder_of_the_run
from start.programs import SECRETS

BUILD_SDIST = "import sys, setuptools.build_meta as build; build.build_sdist(sys.argv[1])"
SOURCES = ("alembic", "docs", "src", "setup.py", "pyproject.toml", "MANIFEST.in")
TEXTS = ("README.rst", "CHANGES.rst", "LICENSE")
SAMPLES = ("development.ini", "production.ini")
MORE = ("constraints.txt", "tox.ini", "Makefile")


def run(folder: Path, *command: str | Path) -> str:
    """Run a program in *folder*, with nothing of this environment, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment | SECRETS,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def sdist() -> Path:
    """The source distribution of the project, built from a copy without what builds left behind."""
    sources = folder_of_the_run("sources")
    for name in (*SOURCES, *TEXTS, *SAMPLES, *MORE):
        if (PROJECT / name).is_dir():
            ignored = shutil.ignore_patterns("*.egg-info", "__pycache__", ".*_cache")
            shutil.copytree(PROJECT / name, sources / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(PROJECT / name, sources)
    run(sources, sys.executable, "-W", "ignore", "-c", BUILD_SDIST, sources / "dist")
    return next((sources / "dist").glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path) -> Path:
    """The wheel, built from the source distribution."""
    run(sdist.parent, sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", sdist)
    return next(sdist.parent.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """An environment with the wheel and what it needs, and nothing else."""
    environment = folder_of_the_run("installed")
    run(environment, sys.executable, "-m", "venv", "--without-pip", environment)
    pip = (sys.executable, "-m", "pip", "--python", environment / "bin" / "python", "--disable-pip-version-check")
    run(environment, *pip, "install", "-q", "-c", PROJECT / "constraints.txt", f"{wheel}[postgresql,mysql]")
    return environment


@pytest.fixture(scope="module")
def operated(installed: Path) -> Path:
    """A folder with the sample for development, on a free port, and its database."""
    folder = folder_of_the_run("operated")
    sample = (installed / "share" / "monasca-events-api" / "development.ini").read_text()
    (folder / "development.ini").write_text(sample.replace(":8072", f":{free_port()}"))
    run(folder, installed / "bin" / "alembic", "-c", "development.ini", "upgrade", "head")
    return folder


@pytest.fixture
def url(installed: Path, operated: Path) -> Iterator[str]:
    port = (operated / "development.ini").read_text().partition(f"{LOOPBACK}:")[2].split()[0]
    url = f"http://{LOOPBACK}:{port}"
    server = ServerProcess(
        [installed / "bin" / "pserve", "development.ini"], folder=operated, log_file=operated / "pserve.log"
    )
    server.start()
    server.wait_ready(lambda: _answers(url))
    yield url
    server.stop()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthcheck/live", trust_env=False).is_success
    except httpx.TransportError:
        return False


def test_the_source_distribution_has_what_the_commands_of_the_readme_need(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", "constraints.txt", "tox.ini", *SAMPLES, "alembic/env.py"} - names == set()


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    package = PROJECT / "src" / "monasca_events_api"
    kinds = {".py", ".json", ".html", ".css", ".js"}
    paths = [path for path in package.rglob("*.*") if path.suffix in kinds]
    files = {f"monasca_events_api/{path.relative_to(package)}" for path in paths}
    files |= {f"monasca_events_api/alembic/{path.relative_to(PROJECT / 'alembic')}" for path in migrations()}
    assert files - set(zipfile.ZipFile(wheel).namelist()) == set()


def migrations() -> list[Path]:
    return [path for path in (PROJECT / "alembic").rglob("*.*") if path.suffix in {".py", ".mako"}]


def test_both_samples_are_installed(installed: Path) -> None:
    shared = installed / "share" / "monasca-events-api"
    assert [(shared / name).read_text() for name in SAMPLES] == [(PROJECT / name).read_text() for name in SAMPLES]


def test_the_installed_migrations_and_commands_work(installed: Path, operated: Path) -> None:
    assert "outbox: OK" in run(operated, installed / "bin" / "monasca-events", "check", "development.ini")


def test_the_installed_service_answers(url: str) -> None:
    assert httpx.get(f"{url}/healthcheck", trust_env=False).json() == {
        "database": "OK",
        "keystone": "OK",
        "kafka": "OK",
        "outbox": "OK",
    }


def test_the_extras_bring_the_drivers(installed: Path) -> None:
    assert run(installed, installed / "bin" / "python", "-c", "import psycopg, pymysql") == ""


def test_nothing_is_printed_by_libraries_that_are_about_to_change(installed: Path, operated: Path) -> None:
    assert "Warning" not in run(operated, installed / "bin" / "monasca-events", "outbox", "list", "development.ini")
