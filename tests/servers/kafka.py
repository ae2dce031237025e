"""A real Apache Kafka cluster (KRaft) on loopback."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
)
from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError

from .certificates import CertificateAuthority
from .kafka_nodes import new_nodes
from .kafka_settings import SEPARATE_CONTROLLER, ClusterLayout
from .ports import LOOPBACK, answers, free_port
from .processes import ServerProcess, wait_until

UNREACHED = (KafkaConnectionError, KafkaTimeoutError)
T = TypeVar("T")


class KafkaCluster:
    """Brokers 1 to *brokers*; with three of them: three replicas, of which two must be in sync.

    Every broker listens without TLS or login (`bootstrap`): there every client is a superuser. With
    *sasl_users*, ``{name: password}``, it listens for SASL/PLAIN too (`sasl_bootstrap`): there a user may do
    what `allow` allows. With *tls* it listens for TLS too (`tls_bootstrap`, `ca_file`).
    *settings* are any of server.properties, for every node. Topics are made by `create_topics` alone.
    """

    def __init__(
        self,
        folder: Path,
        *,
        brokers: int = 1,
        settings: Mapping[str, str] | None = None,
        sasl_users: Mapping[str, str] | None = None,
        tls: bool = False,
    ) -> None:
        self.folder = folder
        self.brokers = list(range(1, brokers + 1))
        controller = 1 if brokers == 1 else SEPARATE_CONTROLLER
        listeners = ["PLAINTEXT"] + ["SASL"] * bool(sasl_users) + ["TLS"] * tls
        ports = {(name, broker): free_port() for name in listeners for broker in self.brokers}
        ports["CONTROLLER", controller] = free_port()
        authority = CertificateAuthority(folder / "certificates") if tls else None
        self.ca_file = authority.file if authority else None
        self._layout = ClusterLayout(
            folder=folder,
            brokers=self.brokers,
            controller=controller,
            ports=ports,
            sasl_users=sasl_users or {},
            tls=authority.server().bundle if authority else None,
            extra=settings or {},
        )
        self._nodes: dict[int, ServerProcess] = {}

    @property
    def bootstrap(self) -> str:
        """The plain listeners, ``host:port,...``, as ``bootstrap_servers`` takes them."""
        return self._bootstrap("PLAINTEXT")

    @property
    def sasl_bootstrap(self) -> str:
        """The listeners for SASL/PLAIN (``security_protocol = SASL_PLAINTEXT``)."""
        return self._bootstrap("SASL")

    @property
    def tls_bootstrap(self) -> str:
        """The listeners for TLS (``security_protocol = SSL``)."""
        return self._bootstrap("TLS")

    def start(self) -> None:
        """Start all nodes, those that were never started before on empty data, and wait until all serve."""
        if not self._nodes:
            self._nodes = new_nodes(self._layout)
        for process in self._nodes.values():
            if not process.running:
                process.start()
        self._wait_for(self.brokers)

    def stop(self) -> None:
        """End all nodes in an orderly way, brokers first: their leaving needs the controller."""
        for node in self._layout.nodes:
            self._nodes[node].stop()

    def kill(self) -> None:
        """SIGKILL all nodes."""
        for process in self._nodes.values():
            process.kill()

    def stop_broker(self, broker: int) -> None:
        """End a broker in an orderly way: its leaderships move first."""
        self._nodes[broker].stop()

    def kill_broker(self, broker: int) -> None:
        """SIGKILL a broker."""
        self._nodes[broker].kill()

    def start_broker(self, broker: int) -> None:
        """Start a stopped or killed broker on its data and wait until the cluster has it again."""
        self._nodes[broker].start()
        self._wait_for([broker])

    def pause_broker(self, broker: int) -> None:
        """SIGSTOP a broker: connections stay open, nothing answers."""
        self._nodes[broker].pause()

    def resume_broker(self, broker: int) -> None:
        """SIGCONT a paused broker."""
        self._nodes[broker].resume()

    def process(self, node: int) -> ServerProcess:
        """Return the process of a broker or controller."""
        return self._nodes[node]

    def create_topics(self, partitions: Mapping[str, int], configs: Mapping[str, str] | None = None) -> None:
        """Make topics, ``{name: partitions}``, all with the same *configs*, and wait for their leaders."""
        wanted = {name: {"num_partitions": count, "configs": dict(configs or {})} for name, count in partitions.items()}
        self._ask(lambda admin: admin.create_topics(wanted, wait_for_metadata=True))

    def delete_topic(self, name: str) -> None:
        """Delete a topic and wait until no broker knows it."""
        self._ask(lambda admin: admin.delete_topics([name]))
        for broker in self._serving():
            wait_until(partial(self._lacks, broker, name), f"the topic {name} is gone")

    def leader(self, topic: str, partition: int = 0) -> int:
        """Return the broker that leads a partition, -1 when none does."""
        (described,) = self._ask(lambda admin: admin.describe_topics([topic]))
        return next(
            int(found["leader_id"]) for found in described["partitions"] if found["partition_index"] == partition
        )

    def allow(self, user: str, operations: Iterable[str], topic: str) -> None:
        """Let a SASL user do *operations*, e.g. ``["WRITE", "DESCRIBE"]``, on a topic (``*``: on all)."""
        rules = [_acl(user, operation, topic) for operation in operations]
        self._ask(lambda admin: admin.create_acls(rules))

    def forbid(self, user: str, operations: Iterable[str], topic: str) -> None:
        """Take back what `allow` allowed."""
        rules = [_acl(user, operation, topic) for operation in operations]
        self._ask(lambda admin: admin.delete_acls(rules))

    def admin(self, brokers: Iterable[int] | None = None) -> KafkaAdminClient:
        """Return a new admin client, to be closed, connected to *brokers* (all that serve)."""
        return KafkaAdminClient(
            bootstrap_servers=self._bootstrap("PLAINTEXT", brokers or self._serving()),
            bootstrap_timeout_ms=10_000,
            request_timeout_ms=10_000,
        )

    def _serving(self) -> list[int]:
        return [broker for broker in self.brokers if self._nodes[broker].serving]

    def _ask(self, question: Callable[[KafkaAdminClient], T]) -> T:
        """Ask until a broker answers: the client may first pick one that was killed a moment ago."""
        answered: list[T] = []

        def asked() -> bool:
            try:
                with closing(self.admin()) as admin:
                    answered.append(question(admin))
            except UNREACHED:
                return False
            return True

        wait_until(asked, "a broker answers")
        return answered[0]

    def _bootstrap(self, listener: str, brokers: Iterable[int] | None = None) -> str:
        return ",".join(f"{LOOPBACK}:{self._layout.ports[listener, broker]}" for broker in brokers or self.brokers)

    def _wait_for(self, brokers: list[int]) -> None:
        for broker in brokers:
            self._nodes[broker].wait_ready(partial(answers, self._layout.ports["PLAINTEXT", broker]), 90)
        for broker in brokers:
            self._nodes[broker].wait_ready(partial(self._knows, broker, brokers), 90)

    def _knows(self, asked: int, brokers: list[int]) -> bool:
        try:
            with closing(self.admin([asked])) as admin:
                described = admin.describe_cluster()["brokers"]
        except KafkaError:
            return False
        return set(brokers) <= {known["broker_id"] for known in described}

    def _lacks(self, asked: int, topic: str) -> bool:
        with closing(self.admin([asked])) as admin:
            return topic not in admin.list_topics()


def _acl(user: str, operation: str, topic: str) -> ACL:
    return ACL(
        principal=f"User:{user}",
        host="*",
        operation=ACLOperation[operation],
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(ResourceType.TOPIC, topic),
    )
