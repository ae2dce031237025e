"""Which of the brokers that are asked first is asked, and for how long.

kafka-python takes one by chance, and gives it all the time that there is. A host that is switched off refuses nothing:
where one of three is gone, each third connection would fail, while the other two are there.
"""

from typing import Any

from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

LEAST_MILLISECONDS = 1000
"""What a connection gets in any case: TLS and a login take their time."""


def network_client(**settings: Any) -> KafkaNetClient:
    """Return what a client of kafka-python's asks for as its ``kafka_client``."""
    net = NetworkSelector(**settings)
    return KafkaNetClient(net, _Connections(net, **settings), **settings)


class _Connections(KafkaConnectionManager):
    def __init__(self, net: NetworkSelector, **settings: Any) -> None:
        super().__init__(net, **settings)
        self._first = self.cluster.bootstrap_brokers
        self.cluster.bootstrap_brokers = self._untried_first

    def _untried_first(self) -> list[Any]:
        return [broker for broker in self._first() if broker.node_id not in self._backoff] or self._first()

    def get_connection(self, node_id: Any, timeout_ms: float | None = None, **options: Any) -> Any:
        """Return a connection; one of those that are asked first gets a share of the time alone."""
        if timeout_ms is not None and self.cluster.is_bootstrap(node_id):
            timeout_ms = min(timeout_ms, max(timeout_ms / len(self._untried_first()), LEAST_MILLISECONDS))
        return super().get_connection(node_id, timeout_ms=timeout_ms, **options)
