"""Which tests a run of several processes keeps together: those that work with the same services, started once."""

from xdist.scheduler import LoadScopeScheduling

DATABASES = ("sqlite", "postgresql", "mariadb")


class ByServices(LoadScopeScheduling):
    """Gives a process the tests of a folder, in their order; of ``api``, those of a database; of ``faults``, a file."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        folder = file.split("/")[1]
        match folder:
            case "api":
                return f"{folder} {next((each for each in DATABASES if each in test), '')}"
            case "faults":
                return file
            case _:
                return folder
