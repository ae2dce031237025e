"""What the packages take of a worker's memory: ``python benchmarks/memory.py``.

Each is imported into one process, one after the other, with what it needs that is not there yet; MB of the process
after it (``VmRSS``, 10^6 bytes). Nothing of the service is among them, and nobody has used any.
"""

import gc
import os
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path

PACKAGES = {
    "Python": (),
    "SQLAlchemy, its three databases": (
        "sqlalchemy.orm",
        "sqlalchemy.dialects.postgresql",
        "sqlalchemy.dialects.mysql",
        "sqlalchemy.dialects.sqlite",
    ),
    "psycopg": ("psycopg",),
    "zope.sqlalchemy, Pyramid, pyramid_tm, pyramid_retry": (
        "zope.sqlalchemy",
        "pyramid.config",
        "pyramid.paster",
        "pyramid_tm",
        "pyramid_retry",
    ),
    "Cornice, colander, waitress, msgspec, PyYAML": ("cornice", "colander", "waitress", "msgspec", "yaml"),
    "kafka-python": ("kafka",),
    "keystonemiddleware": ("keystonemiddleware.auth_token",),
}
INNER = "inner"


def memory() -> float:
    """Return what this process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Print the table; in a process of its own, since this one has more than it needs."""
    if sys.argv[1:] != [INNER]:
        subprocess.run([sys.executable, __file__, INNER], check=True)
        return
    warnings.simplefilter("ignore")
    # As the service imports: see serving/memory.py.
    gc.disable()
    before = 0.0
    for name, modules in PACKAGES.items():
        for module in modules:
            import_module(module)
        now = memory()
        print(f"{now:6.1f} MB, {now - before:5.1f} more  {name}")
        before = now


if __name__ == "__main__":
    main()
