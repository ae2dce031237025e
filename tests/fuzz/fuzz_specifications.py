"""Coverage-guided fuzz of the specification reader, the path parser and the distiller; no test of the suite.

    pip install atheris
    PYTHONPATH=tests/semantics python tests/fuzz/fuzz_specifications.py -max_total_time=300 [corpus directory]

A crash or an input that takes more than 300 ms of CPU ends the run and is written to a file. What is
found goes into the tables of ``tests/semantics``.
"""

import json
import sys
import time
from datetime import UTC, datetime

import atheris
import yaml
from field_path_printer import print_path

with atheris.instrument_imports(include=["monasca_events_api"]):
    from monasca_events_api.semantics.distil_problems import Explainer
    from monasca_events_api.semantics.distiller import compile_transform
    from monasca_events_api.semantics.faults import InvalidDefinition
    from monasca_events_api.semantics.field_path_parser import LONGEST, parse_path
    from monasca_events_api.semantics.field_paths import NotAPathError
    from monasca_events_api.semantics.published_specification import with_tenant_trait
    from monasca_events_api.semantics.specification import parse
    from monasca_events_api.semantics.yaml_reader import read_yaml

NOW = datetime(2015, 7, 20, 15, 44, 1, tzinfo=UTC)
# Instrumented code takes several times as long as code that is not.
MOST_CPU_SECONDS = 1.5
NOTIFICATION = {
    "event_type": "x.y",
    "message_id": "m",
    "timestamp": "2015-07-20 15:44:01",
    "payload": {"a": [1, "2", None, {"b": 1.5}], "b": {"a": True, "c d": "2015"}, "c": "a.b"},
}


def fuzz(data: bytes) -> None:
    """Feed one input to all of them."""
    provider = atheris.FuzzedDataProvider(data)
    is_path = provider.ConsumeBool()
    text = provider.ConsumeUnicode(sys.maxsize)
    start = time.process_time()
    check_path(text[:LONGEST]) if is_path else check_specification(text)
    seconds = time.process_time() - start
    if seconds > MOST_CPU_SECONDS:
        raise TimeoutError(f"{seconds} s of CPU")


def check_path(text: str) -> None:
    """Parse, print and parse again; then distil with the path."""
    try:
        path = parse_path(text)
    except NotAPathError:
        return
    assert parse_path(print_path(path)) == path
    distil([{"event_type": "*", "traits": {"t": {"fields": text}}}])


def check_specification(text: str) -> None:
    """Check; what is right is published, means the same to PyYAML, and distils."""
    if faults_of(text):
        return
    published = yaml.safe_load(with_tenant_trait(text))
    for definition in published:
        assert definition["traits"].pop("_tenant_id") == {"fields": "_tenant_id"}
    assert repr(published) == repr(plain(read_yaml(text)))
    distil(text)


def faults_of(text: str) -> int:
    """Count the faults."""
    try:
        parse(text)
    except InvalidDefinition as error:
        return len(error.faults)
    return 0


def plain(value: object) -> object:
    """Copy, so that the repr does not depend on who made the mapping, nor on the order of merged keys."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def distil(specification: object) -> None:
    """Distil one notification, with the reasons."""
    try:
        transform = compile_transform(parse(specification))
    except InvalidDefinition:
        return
    json.dumps(transform.distil(NOTIFICATION, NOW).event, allow_nan=False)
    Explainer(transform).problems(NOTIFICATION, NOW)


if __name__ == "__main__":
    atheris.Setup(sys.argv, fuzz)
    atheris.Fuzz()
