"""Which tests a run of several processes keeps together: those that work with the same services, started once."""

from xdist.scheduler import LoadScopeScheduling

DATABASES = ("sqlite", "postgresql", "mariadb")
# Folders that are large enough to be shared out, database by database.
DIVIDED = ("api", "faults")


class ByServices(LoadScopeScheduling):
    """Gives a process the tests of a folder, in their order; of some folders, those of a database."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        folder = file.split("/")[1]
        database = next((each for each in DATABASES if each in test), "") if folder in DIVIDED else ""
        return f"{folder} {database}"
