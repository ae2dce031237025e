"""A record that the brokers do not take as it is, from its setting aside to an operator's decision (contract 2)."""

from contextlib import closing
from typing import Any

import pytest
from announcing_service import AnnouncingService
from kafka.admin import ConfigResource, ConfigResourceType

from api.examples import transform
from faults.conftest import MakeService
from faults.load import Load
from faults.report import Report
from history.changes import Change, Kind, Outcome, Verb
from history.stored import read_stored
from servers.processes import wait_until

TRANSFORMS = "transforms"
SMALL, LARGE = "20000", "1048588"


def too_large(mark: str) -> dict[str, Any]:
    return transform(description=mark, specification=f"- event_type: a.{'b' * 100}\n  traits: {{}}\n" * 400)


def limit_records(service: AnnouncingService, size: str) -> None:
    """Let the topic of transforms take records of up to *size* bytes."""
    topic = ConfigResource(ConfigResourceType.TOPIC, service.transforms_topic, {"max.message.bytes": size})
    with closing(service.kafka.admin()) as admin:
        admin.alter_configs([topic])


def create_too_large(load: Load, mark: str) -> str:
    """Create a transform whose record the topic does not take, as a change of *load*; return its id."""
    body = too_large(mark)
    with load.service.client() as client:
        answer = client.create(TRANSFORMS, body)
    load.log.add(
        Change(
            kind=Kind.TRANSFORM,
            verb=Verb.CREATE,
            identifier=answer["id"],
            outcome=Outcome.ACKNOWLEDGED,
            body=body,
            revision=1,
        )
    )
    return str(answer["id"])


def outbox(service: AnnouncingService, command: str, *arguments: str) -> str:
    """Run ``monasca-events outbox``."""
    (process, *_) = service.processes
    return process.command("monasca-events", "outbox", command, str(process.ini), *arguments)


def positions(service: AnnouncingService) -> dict[str, str]:
    """Return what is listed, the position by the definition's id."""
    lines = [line.split("\t") for line in outbox(service, "list").splitlines()]
    return {line[3]: line[0] for line in lines if len(line) > 5}


def retry(service: AnnouncingService, identifier: str) -> str:
    """Let the topic take large records, and retry that of a definition; return what the command says."""
    limit_records(service, LARGE)
    return outbox(service, "retry", positions(service)[identifier])


@pytest.fixture
def small_service(make_service: MakeService, kind: str) -> AnnouncingService:
    """A service whose transforms must be small."""
    service = make_service(kind)
    limit_records(service, SMALL)
    service.start()
    return service


@pytest.mark.core
def test_set_aside_listed_retried_and_discarded(make_service: MakeService, kind: str, report: Report) -> None:
    service = make_service(kind)
    limit_records(service, SMALL)
    service.start()
    load = Load(service, f"set aside {kind}", writers=3)
    load.start()
    first, second = create_too_large(load, "to be retried"), create_too_large(load, "to be discarded")
    wait_until(lambda: "2 set aside" in service.health()["outbox"], "both are set aside", 20)
    load.wait_for_changes(50)
    assert set(positions(service)) == {first, second}
    limit_records(service, LARGE)
    discarded = {place for place in read_stored(service.database_url).set_aside if place[0] == second}
    outbox(service, "retry", positions(service)[first])
    outbox(service, "discard", positions(service)[second])
    assert positions(service) == {}
    with service.reader() as reader:
        reader.wait_for_key(first)
    wait_until(lambda: service.health()["outbox"] == "OK", "nothing is said to be set aside", 10)
    report.hold(f"2 records too large: 1 retried, 1 discarded, {kind}", load.verdict(discarded))


def test_a_deleted_definition_stays_deleted_when_its_creation_is_retried(small_service: AnnouncingService) -> None:
    with small_service.client() as client, small_service.reader() as reader:
        identifier = client.create(TRANSFORMS, too_large("to be deleted"))["id"]
        wait_until(lambda: "1 set aside" in small_service.health()["outbox"], "it is set aside", 20)
        client.remove(TRANSFORMS, identifier)
        reader.wait_for_key(identifier)
        assert "outdated" in retry(small_service, identifier)
        reader.wait_for_key(client.create(TRANSFORMS, transform())["id"])
        assert [record.headers["type"] for record in reader.read_to_end() if record.key == identifier] == [
            "transform-deleted"
        ]
    wait_until(lambda: small_service.health()["outbox"] == "OK", "nothing is said to be set aside", 10)


def test_an_older_revision_does_not_come_behind_a_newer_one(small_service: AnnouncingService) -> None:
    with small_service.client() as client, small_service.reader() as reader:
        identifier = client.create(TRANSFORMS, too_large("to be made smaller"))["id"]
        wait_until(lambda: "1 set aside" in small_service.health()["outbox"], "it is set aside", 20)
        client.replace(TRANSFORMS, identifier, transform())
        reader.wait_for_key(identifier)
        assert "outdated" in retry(small_service, identifier)
        reader.wait_for_key(client.create(TRANSFORMS, transform())["id"])
        assert [record.revision for record in reader.read_to_end() if record.key == identifier] == [2]
