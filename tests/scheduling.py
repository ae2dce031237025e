"""Which tests a run of several processes keeps together: those that work with the same services, started once."""

from xdist.scheduler import LoadScopeScheduling

DATABASES = ("sqlite", "postgresql", "mariadb")
BY_FILE = ("deployment", "faults", "kafka", "start")
"""Folders whose files share no service of their own: long ones, which must not wait for one process."""


class ByServices(LoadScopeScheduling):
    """Gives a process the tests of a folder, in their order; of ``api``, those of a database; of some, a file."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        folder = file.split("/")[1]
        if folder == "api":
            return f"{folder} {next((each for each in DATABASES if each in test), '')}"
        return file if folder in BY_FILE else folder
