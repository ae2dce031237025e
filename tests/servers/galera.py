"""A real Galera cluster of MariaDB on loopback: every node takes writes."""

from pathlib import Path

from .mariadb import MariaDB
from .packages import required
from .ports import LOOPBACK, free_port
from .processes import wait_until

PROVIDERS = ("/usr/lib/galera/libgalera_smm.so", "/usr/lib/libgalera_smm.so")
SYNCED = "SHOW STATUS LIKE 'wsrep_local_state_comment'"
SIZE = "SHOW STATUS LIKE 'wsrep_cluster_size'"
# So that a killed node is thrown out after 2 s and not after 5.
QUICK = (
    "evs.keepalive_period=PT0.5S;evs.inactive_check_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S"
)


class GaleraCluster:
    """Three nodes, `nodes`, each a MariaDB server of its own that replicates to the others."""

    def __init__(self, folder: Path, *, nodes: int = 3) -> None:
        ports = [_NodePorts() for _ in range(nodes)]
        everybody = ",".join(f"{LOOPBACK}:{port.group}" for port in ports)
        self.nodes = []
        for number, port in enumerate(ports, 1):
            node_folder = folder / f"node-{number}"
            node_folder.mkdir(mode=0o755)
            settings = {**_settings(f"node-{number}", port), "wsrep-cluster-address": f"gcomm://{everybody}"}
            self.nodes.append(MariaDB(node_folder, settings=settings))

    def start(self) -> None:
        """Start a new cluster with the first node and let the others join it, one by one, with its data."""
        for node in self.nodes:
            node.make_data()
        # Side by side the joiners wait for each other: that takes twice as long.
        self._start(self.nodes[0], "--wsrep-new-cluster")
        for node in self.nodes[1:]:
            self._start(node)

    def start_node(self, number: int) -> None:
        """Let a stopped or killed node (0, 1, 2) join the others again."""
        self._start(self.nodes[number])

    def kill_node(self, number: int) -> None:
        """SIGKILL a node and wait until the others have noticed."""
        self.nodes[number].kill()
        self._wait_for_size()

    def kill(self) -> None:
        """SIGKILL all nodes."""
        for node in self.nodes:
            node.kill()

    def create_database(self, name: str) -> list[str]:
        """Make a database and return its URL on each node."""
        self._running()[0].execute(f"CREATE DATABASE `{name}`")
        return [node.url(name) for node in self.nodes]

    def _start(self, node: MariaDB, *options: str) -> None:
        node.process.start(*options)
        node.process.wait_ready(lambda: node.answers() and _status(node, SYNCED) == "Synced", 90)
        self._wait_for_size()

    def _running(self) -> list[MariaDB]:
        return [node for node in self.nodes if node.process.serving]

    def _wait_for_size(self) -> None:
        running = self._running()
        wanted = str(len(running))
        wait_until(
            lambda: all(node.answers() and _status(node, SIZE) == wanted for node in running),
            f"a cluster of {wanted}",
        )


class _NodePorts:
    def __init__(self) -> None:
        self.group, self.incremental, self.snapshot = free_port(), free_port(), free_port()


def _settings(name: str, ports: _NodePorts) -> dict[str, str]:
    return {
        "wsrep-on": "ON",
        "wsrep-provider": str(required(_provider, ["mariadb-server"])),
        "wsrep-provider-options": (
            f"gmcast.listen_addr=tcp://{LOOPBACK}:{ports.group};ist.recv_addr={LOOPBACK}:{ports.incremental};"
            f"gcache.size=16M;{QUICK}"
        ),
        "wsrep-cluster-name": "tests",
        "wsrep-node-name": name,
        "wsrep-node-address": LOOPBACK,
        "wsrep-sst-method": "rsync",
        "wsrep-sst-receive-address": f"{LOOPBACK}:{ports.snapshot}",
        "binlog-format": "ROW",
        "default-storage-engine": "InnoDB",
        "innodb-autoinc-lock-mode": "2",
    }


def _provider() -> Path | None:
    return next((path for path in map(Path, PROVIDERS) if path.exists()), None)


def _status(node: MariaDB, statement: str) -> object:
    rows = node.execute(statement)
    return rows[0][1] if rows else None
