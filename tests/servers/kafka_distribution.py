"""Apache Kafka as Maven Central has it, and the Java that runs it."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .download_cache import cached
from .errors import ServerError
from .packages import program, required
from .processes import run_once

VERSION = "4.4.0"
OLDEST_JAVA = 17
# Kafka brings the API of slf4j 1 and log4j-core, but not the piece between them.
ARTIFACTS = (
    ("org.apache.kafka", "kafka_2.13", VERSION),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.5"),
)
DEPENDENCY = "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>"
PROJECT = (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    "<groupId>local</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>"
    "<dependencies>%s</dependencies></project>"
)
# Small heaps and few threads: several brokers share a small machine with the tests.
JAVA_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto")


def jars() -> Path:
    """Return the folder of Kafka's jars, fetched through Maven when no earlier run has fetched them."""
    return cached(f"kafka/{VERSION}", _fetch)


def java_command(
    main_class: str, arguments: Sequence[str | Path], *, heap: str, options: Sequence[str] = ()
) -> list[str | Path]:
    """Return the command that runs one of Kafka's classes."""
    java = required(_java, ["default-jre-headless"])
    fixed = [f"-Xmx{heap}", *JAVA_OPTIONS, "-Djava.net.preferIPv4Stack=true"]
    return [java, *fixed, *options, "-cp", f"{jars()}/*", main_class, *arguments]


def _fetch(folder: Path) -> None:
    maven = required(lambda: program("mvn"), ["maven"])
    project = folder / "pom.xml"
    project.write_text(PROJECT % "".join(DEPENDENCY % artifact for artifact in ARTIFACTS))
    copy = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
    run_once([maven, "-q", "-B", "-f", project, *copy], folder=folder)


def _java() -> Path | None:
    home = os.environ.get("JAVA_HOME")
    for java in (Path(home) / "bin" / "java" if home else None, program("java")):
        if java is not None and java.exists() and _major_version(java) >= OLDEST_JAVA:
            return java
    return None


def _major_version(java: Path) -> int:
    told = subprocess.run([java, "-version"], stderr=subprocess.PIPE, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None:
        raise ServerError(f"{java} does not tell its version: {told}")
    return int(version[1])
