"""The nodes of a Kafka cluster as processes: configured, their storage formatted."""

import base64
import re
import uuid

from .kafka_distribution import java_command
from .kafka_settings import ClusterLayout, properties
from .processes import ServerProcess, run_once

LOGGING = """\
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
"""


def new_nodes(layout: ClusterLayout) -> dict[int, ServerProcess]:
    """Write the configuration and the empty storage of every node of a cluster; start none."""
    logging = layout.folder / "log4j2.properties"
    logging.write_text(LOGGING)
    for node in layout.nodes:
        layout.node_folder(node).mkdir(parents=True)
        layout.properties_file(node).write_text(properties(layout, node))
    _format_storage(layout)
    return {node: _process(layout, node, f"-Dlog4j2.configurationFile={logging}") for node in layout.nodes}


def _process(layout: ClusterLayout, node: int, *options: str) -> ServerProcess:
    folder = layout.node_folder(node)
    command = java_command("kafka.Kafka", [layout.properties_file(node)], heap="384m", options=options)
    return ServerProcess(command, folder=folder, log_file=folder / "server.log")


def _format_storage(layout: ClusterLayout) -> None:
    """Let Kafka's tool format the controller, which keeps the cluster's metadata.

    The others need to know no more than the cluster's id and their own; to write these here saves a Java
    start for each of them.
    """
    controller = layout.node_folder(layout.controller)
    arguments = ["format", f"--cluster-id={_new_id()}", "-c", str(layout.properties_file(layout.controller))]
    run_once(java_command("kafka.tools.StorageTool", arguments, heap="128m"), folder=controller)
    identity = (controller / "data" / "meta.properties").read_text()
    for node in set(layout.brokers) - {layout.controller}:
        data = layout.node_folder(node) / "data"
        data.mkdir()
        (data / "meta.properties").write_text(_with_ids(identity, node))


def _with_ids(identity: str, node: int) -> str:
    identity = re.sub(r"^node\.id=.*$", f"node.id={node}", identity, flags=re.MULTILINE)
    return re.sub(r"^directory\.id=.*$", f"directory.id={_new_id()}", identity, flags=re.MULTILINE)


def _new_id() -> str:
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
