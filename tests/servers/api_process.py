"""The Monasca Events API itself, as an operator runs it: an ini file, `alembic`, `pserve`."""

import sys
from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path

import httpx

from .errors import ServerError
from .forked import run_to_the_end
from .kafka import KafkaCluster
from .keystone import HttpsFront, Keystone
from .keystone_accounts import ACCOUNTS
from .ports import LOOPBACK, free_port
from .processes import ServerProcess

PROJECT = Path(__file__).parents[2]
Sections = Mapping[str, Mapping[str, str]]


class ApiProcess:
    """One ``pserve`` on a loopback port, configured by a sample of the project and what *overrides* says.

    *overrides* are sections as in the ini file, ``{"app:main": {"api.page_limit": "10"}}``; *environment*
    are variables that the process gets beside those of this one; *python* is the interpreter of the environment that it
    runs in, *afresh* as of `ServerProcess`. Several may share one database.
    """

    def __init__(
        self,
        folder: Path,
        overrides: Sections,
        *,
        sample: str = "production.ini",
        environment: Mapping[str, str] | None = None,
        python: str = sys.executable,
        afresh: bool = False,
    ) -> None:
        self._python = python
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.ini = folder / f"api-{self.port}.ini"
        self.log_file = folder / f"api-{self.port}.log"
        listening = {"server:main": {"listen": f"{LOOPBACK}:{self.port}"}}
        _write_ini(self.ini, PROJECT / sample, overrides, listening)
        self._environment = dict(environment or {})
        self.process = ServerProcess(
            [*_script(python, "pserve"), str(self.ini)],
            folder=folder,
            log_file=self.log_file,
            environment=self._environment,
            afresh=afresh,
        )

    @property
    def pid(self) -> int:
        """The pid of the running process."""
        return self.process.pid

    def migrate(self) -> None:
        """Bring the database's schema to the newest revision."""
        self.command("alembic", "-c", str(self.ini), "upgrade", "head")

    def command(self, script: str, *arguments: str) -> str:
        """Run one of the console scripts to its end and return what it wrote."""
        words = [*_script(self._python, script), *arguments]
        ended = run_to_the_end(words, folder=self.ini.parent, environment=self._environment, afresh=self.process.afresh)
        if ended.status != 0:
            raise ServerError(f"{script} ended with {ended.status}:\n{ended.output}{ended.errors}")
        return ended.output

    def start(self) -> None:
        """Start the process and wait until it answers."""
        self.process.start()
        self.process.wait_ready(self.answers)

    def stop(self) -> None:
        """SIGTERM, and wait for the end."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()

    def restart(self) -> None:
        """Stop and start, on the same port."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self.process.pause()

    def resume(self) -> None:
        """SIGCONT."""
        self.process.resume()

    def answers(self) -> bool:
        """Say whether the process is alive in its own words."""
        try:
            return httpx.get(f"{self.url}/healthcheck/live", trust_env=False).is_success
        except httpx.TransportError:
            return False


def connected_to(database_url: str, kafka: KafkaCluster, keystone: Keystone) -> dict[str, dict[str, str]]:
    """Return the overrides by which ``production.ini`` leads to the tests' servers."""
    return {
        "app:main": {
            "sqlalchemy.url": database_url,
            "sqlalchemy.password": "",
            "kafka.bootstrap_servers": kafka.bootstrap,
        },
        "filter:authtoken": asking(keystone),
    }


def developed_behind(keystone: Keystone, folder: Path, **identity: str) -> dict[str, dict[str, str]]:
    """Return the overrides by which ``development.ini`` keeps its data in *folder* and asks Keystone who is who.

    *identity* are more settings of ``[filter:authtoken]``.
    """
    return {
        "app:main": {
            "filter-with": "authtoken",
            "sqlalchemy.url": f"sqlite:///{folder}/monasca-events.sqlite",
            "messages.directory": str(folder / "topics"),
        },
        "filter:authtoken": {
            "use": "egg:monasca-events-api#keystone",
            "auth_type": "password",
            "user_domain_id": "default",
            "project_domain_id": "default",
            **asking(keystone),
            **identity,
        },
    }


def asking(keystone: Keystone, front: HttpsFront | None = None) -> dict[str, str]:
    """Return the settings of ``[filter:authtoken]`` for a Keystone, through its *front* if one is given."""
    service = ACCOUNTS["service"]
    settings = {
        "auth_url": keystone.auth_url if front is None else front.auth_url,
        "www_authenticate_uri": keystone.auth_url if front is None else front.auth_url,
        "username": service.name,
        "password": service.password,
        "project_name": service.project,
    }
    if front is not None:
        # Else the catalogue leads past the front.
        settings |= {"region_name": front.region, "cafile": str(front.ca_file)}
        if front.client is not None:
            settings |= {"certfile": str(front.client.certificate), "keyfile": str(front.client.key)}
    return settings


def _script(python: str, name: str) -> list[str]:
    """Return the command for a console script of the environment of *python*."""
    return [python, str(Path(python).with_name(name))]


def _write_ini(file: Path, sample: Path, *overrides: Sections) -> None:
    # Without interpolation, so that the sample's %(here)s goes on to mean the folder of the ini file.
    ini = ConfigParser(interpolation=None)
    ini.optionxform = str  # type: ignore[assignment,method-assign]
    ini.read(sample, encoding="utf-8")
    for sections in overrides:
        for section, settings in sections.items():
            if not ini.has_section(section):
                ini.add_section(section)
            for name, value in settings.items():
                ini.set(section, name, value.replace("%", "%%"))
    with file.open("w", encoding="utf-8") as written:
        ini.write(written)
