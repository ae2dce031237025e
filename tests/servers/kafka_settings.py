"""The settings of one node of a Kafka cluster, as its server.properties says them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .ports import LOOPBACK

# Of the cluster of one broker, broker 1 is the controller too. Of a larger one the controller is a node of
# its own, so that every broker can be killed.
SEPARATE_CONTROLLER = 100

FAST_AND_SMALL = {
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "4",
    "broker.heartbeat.interval.ms": "500",
}


@dataclass(frozen=True, kw_only=True)
class ClusterLayout:
    """What all nodes of a cluster have to know of each other.

    *ports* maps a listener's name and a node to its port; *sasl_users* maps names to passwords; *tls* is a
    PEM file of key and certificates for the TLS listener.
    """

    folder: Path
    brokers: list[int]
    controller: int
    ports: Mapping[tuple[str, int], int]
    sasl_users: Mapping[str, str] = field(default_factory=dict)
    tls: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def nodes(self) -> list[int]:
        """Brokers and controller."""
        return sorted({*self.brokers, self.controller})

    def node_folder(self, node: int) -> Path:
        """Return the folder of a node: its properties, its log and its data."""
        return self.folder / f"node-{node}"

    def properties_file(self, node: int) -> Path:
        """Return the server.properties of a node."""
        return self.node_folder(node) / "server.properties"

    def listeners(self, node: int) -> dict[str, str]:
        """Return the listeners of a node, ``{name: url}``."""
        return {name: f"{name}://{LOOPBACK}:{port}" for (name, owner), port in self.ports.items() if owner == node}


def properties(layout: ClusterLayout, node: int) -> str:
    """Return the text of a node's server.properties."""
    settings = {**_identity(layout, node), **_replication(len(layout.brokers)), **FAST_AND_SMALL}
    # A killed broker's id may register again, and its partitions move, when its session has ended. A single
    # broker reports to itself: it is never late.
    settings["broker.session.timeout.ms"] = "2000" if len(layout.brokers) == 1 else "6000"
    if node in layout.brokers:
        settings |= _security(layout, node)
    if layout.sasl_users:
        settings |= _authorizer()
    settings |= layout.extra
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def _identity(layout: ClusterLayout, node: int) -> dict[str, str]:
    voter = f"{layout.controller}@{LOOPBACK}:{layout.ports['CONTROLLER', layout.controller]}"
    roles = {"broker": node in layout.brokers, "controller": node == layout.controller}
    return {
        "node.id": str(node),
        "process.roles": ",".join(role for role, held in roles.items() if held),
        "controller.quorum.voters": voter,
        "controller.listener.names": "CONTROLLER",
        "listeners": ",".join(layout.listeners(node).values()),
        "listener.security.protocol.map": ("CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL"),
        "log.dirs": str(layout.node_folder(node) / "data"),
    }


def _replication(brokers: int) -> dict[str, str]:
    replicas = min(3, brokers)
    in_sync = 2 if replicas == 3 else 1
    settings = {"default.replication.factor": str(replicas), "min.insync.replicas": str(in_sync)}
    settings["offsets.topic.replication.factor"] = str(replicas)
    for topic in ("transaction.state.log", "share.coordinator.state.topic"):
        settings |= {f"{topic}.replication.factor": str(replicas), f"{topic}.min.isr": str(in_sync)}
    return settings


def _security(layout: ClusterLayout, node: int) -> dict[str, str]:
    clients = [url for name, url in layout.listeners(node).items() if name != "CONTROLLER"]
    settings = {"advertised.listeners": ",".join(clients), "inter.broker.listener.name": "PLAINTEXT"}
    if layout.sasl_users:
        users = " ".join(f'user_{name}="{password}"' for name, password in layout.sasl_users.items())
        module = "org.apache.kafka.common.security.plain.PlainLoginModule"
        settings |= {
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.sasl.plain.sasl.jaas.config": f"{module} required {users};",
        }
    if layout.tls is not None:
        settings |= {"ssl.keystore.type": "PEM", "ssl.keystore.location": str(layout.tls)}
    return settings


def _authorizer() -> dict[str, str]:
    # Without a name come the brokers, the controller and the tests; who has a name may do what an ACL says.
    return {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
    }
