"""The options behind the ``?`` of a database's URL, which its driver alone knows."""

from inspect import signature
from typing import Any

from sqlalchemy import make_url

from monasca_events_api.setting_values import existing_file
from monasca_events_api.settings import WrongSettings

PEM_FILES = {"ssl_ca", "ssl_cert", "ssl_key"}


def check_options(url: str) -> None:
    """Raise WrongSettings where the driver refuses one of the options of *url*; it connects to nobody yet."""
    wrong = _refused_option(url)
    if wrong is not None:
        raise WrongSettings([f"[app:main] sqlalchemy.url: {wrong}"])


def _refused_option(url: str) -> str | None:
    parsed = make_url(url)
    kind: Any = parsed.get_dialect()
    driver: Any = kind.import_dbapi()
    try:
        _, options = kind(dbapi=driver).create_connect_args(parsed)
        if kind.name == "postgresql":
            # What is no parameter of the driver's own goes to libpq.
            named = signature(driver.connect).parameters
            driver.conninfo.make_conninfo(**{name: value for name, value in options.items() if name not in named})
        elif kind.name != "sqlite":
            signature(driver.connect).bind(**options)
            if not options.get("init_command", "SET ").upper().startswith("SET "):
                # What the service sets itself stands behind it.
                return "init_command must begin with SET"
            for name in PEM_FILES & set(parsed.query):
                existing_file(str(parsed.query[name]))
            # It reads these files.
            driver.connect(ssl=options.get("ssl"), defer_connect=True)
    except (driver.ProgrammingError, OSError, TypeError, ValueError, AttributeError) as error:
        return " ".join(str(error).split())
    return None
