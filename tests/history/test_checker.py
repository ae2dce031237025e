"""The checker finds what it is there to find: each test plants one fault in a history that is right."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from history.agreeing_history import (
    GONE,
    STREAM,
    TENANT,
    TRANSFORM,
    History,
    asked,
    stream_body,
    transform_body,
)
from history.changes import Kind, Outcome, Verb, outcome_of
from history.expected_values import (
    stream_definition_created,
    stream_definition_deleted,
    transform,
    transform_deleted,
)
from history.topics import Record
from history.verdict import HEADINGS, Verdict, table


@pytest.fixture
def history() -> History:
    return History()


def kinds_of_faults(verdict: Verdict) -> set[str]:
    return {fault.partition(":")[0] for fault in verdict.faults}


def edited(record: Record, edit: Callable[[bytes], bytes]) -> Record:
    changed = edit(record.value)
    assert changed != record.value
    return record._replace(value=changed)


def test_three_histories_that_agree_have_no_fault(history: History) -> None:
    assert history.verdict().faults == []


def test_acknowledged_changes_are_counted(history: History) -> None:
    assert history.verdict().acknowledged == 7


def every_record() -> Iterable[int]:
    return range(len(History().records))


@pytest.mark.parametrize("index", every_record())
def test_a_lost_record_is_reported(history: History, index: int) -> None:
    del history.records[index]
    verdict = history.verdict()
    assert len(verdict.lost) == 1
    assert kinds_of_faults(verdict) == {"lost"}


@pytest.mark.parametrize("index", every_record())
def test_an_altered_record_is_reported(history: History, index: int) -> None:
    history.records[index] = edited(history.records[index], lambda value: value.replace(b"tenant_id", b"tenant"))
    assert "altered" in kinds_of_faults(history.verdict())


@pytest.mark.parametrize(
    ("key", "first", "second"), [(STREAM, 0, 1), (STREAM, 1, 2), (STREAM, 2, 3), (STREAM, 3, 4), (TRANSFORM, 0, 1)]
)
def test_swapped_records_are_reported(history: History, key: str, first: int, second: int) -> None:
    one, other = history.of(key)[first], history.of(key)[second]
    history.records[one], history.records[other] = history.records[other], history.records[one]
    assert kinds_of_faults(history.verdict()) == {"order"}


def test_records_of_different_definitions_may_stand_in_any_order(history: History) -> None:
    history.records.sort(key=lambda record: record.key)
    assert history.verdict().faults == []


def test_a_record_of_a_revision_that_was_never_committed_is_reported(history: History) -> None:
    history.tell(TRANSFORM, 3, "transform-updated", transform(TENANT, TRANSFORM, transform_body("t2")))
    assert kinds_of_faults(history.verdict()) == {"invented"}


def test_a_record_of_a_definition_that_never_was_is_reported(history: History) -> None:
    value = stream_definition_created(TENANT, "nobody", stream_body("x"))
    history.tell("nobody", 1, "stream-definition-created", value)
    assert kinds_of_faults(history.verdict()) == {"invented"}


def test_a_record_of_a_refused_change_is_reported(history: History) -> None:
    refused = replace(history.changes[2], outcome=Outcome.REFUSED, body=stream_body("refused"), revision=None)
    history.changes.append(refused)
    index = history.of(STREAM)[-1]
    history.records[index] = edited(history.records[index], lambda value: value.replace(b'"s3"', b'"refused"'))
    assert "invented" in kinds_of_faults(history.verdict())


def test_the_deletion_of_what_is_still_there_is_reported(history: History) -> None:
    history.tell(TRANSFORM, 3, "transform-deleted", transform_deleted(TENANT, TRANSFORM))
    assert kinds_of_faults(history.verdict()) == {"invented"}


def test_a_repeat_with_the_same_id_is_counted_and_right(history: History) -> None:
    history.records.append(history.records[0])
    verdict = history.verdict()
    assert (verdict.repeated, verdict.faults) == (1, [])


def test_a_repeat_under_another_id_is_reported(history: History) -> None:
    record = history.records[0]
    history.records.append(record._replace(headers={**record.headers, "id": "other"}))
    assert "invented" in kinds_of_faults(history.verdict())


def test_a_repeat_that_says_something_else_is_reported(history: History) -> None:
    history.records.append(edited(history.records[0], lambda value: value.replace(b"s1", b"s9")))
    assert kinds_of_faults(history.verdict()) == {"altered"}


def test_records_of_one_definition_in_two_partitions_are_reported(history: History) -> None:
    history.records[-1] = history.records[-1]._replace(partition=1)
    assert kinds_of_faults(history.verdict()) == {"order"}


def test_an_acknowledged_create_that_the_database_does_not_have_is_reported(history: History) -> None:
    del history.definitions[TRANSFORM]
    assert "lost" in kinds_of_faults(history.verdict())


def test_an_acknowledged_revision_beyond_the_databases_is_reported(history: History) -> None:
    history.definitions[STREAM] = history.definitions[STREAM]._replace(revision=2, body=stream_body("s2"))
    assert "lost" in kinds_of_faults(history.verdict())


def test_two_changes_that_were_told_the_same_revision_are_reported(history: History) -> None:
    history.changes.append(replace(history.changes[2], body=stream_body("also 3")))
    assert "lost" in kinds_of_faults(history.verdict())


def test_a_deletion_that_was_acknowledged_and_not_done_is_reported(history: History) -> None:
    history.changes.append(asked(Kind.TRANSFORM, Verb.DELETE, TRANSFORM))
    assert kinds_of_faults(history.verdict()) == {"lost"}


def test_a_deletion_that_nobody_asked_for_is_reported(history: History) -> None:
    del history.changes[4]
    assert kinds_of_faults(history.verdict()) == {"invented"}


def test_content_of_the_database_that_nobody_asked_for_is_reported(history: History) -> None:
    del history.changes[2]
    assert "invented" in kinds_of_faults(history.verdict())


def test_content_of_the_database_that_is_not_what_was_asked_for_is_reported(history: History) -> None:
    stored = history.definitions[TRANSFORM]
    history.definitions[TRANSFORM] = stored._replace(body={**stored.body, "enabled": False})
    assert kinds_of_faults(history.verdict()) == {"altered"}


@pytest.mark.parametrize("index", range(7))
def test_an_unknown_outcome_that_the_database_has_must_be_announced(history: History, index: int) -> None:
    history.changes[index] = replace(history.changes[index], outcome=Outcome.UNKNOWN, revision=None)
    assert history.verdict().faults == []


def test_an_unknown_create_without_an_id_is_settled_by_the_database(history: History) -> None:
    history.changes[0] = replace(history.changes[0], outcome=Outcome.UNKNOWN, revision=None, identifier="")
    assert history.verdict().faults == []


def test_an_unknown_outcome_that_the_database_does_not_have_need_not_be_announced(history: History) -> None:
    unknown = replace(history.changes[2], outcome=Outcome.UNKNOWN, body=stream_body("s4"), revision=None)
    history.changes.append(unknown)
    assert history.verdict().faults == []


def test_an_unknown_outcome_that_the_database_does_not_have_must_not_be_announced(history: History) -> None:
    unknown = replace(history.changes[2], outcome=Outcome.UNKNOWN, body=stream_body("s4"), revision=None)
    history.changes.append(unknown)
    history.tell(STREAM, 4, "stream-definition-updated", stream_definition_created(TENANT, STREAM, stream_body("s4")))
    assert kinds_of_faults(history.verdict()) == {"invented"}


def test_one_request_that_made_two_revisions_is_reported(history: History) -> None:
    history.changes[1] = replace(history.changes[1], outcome=Outcome.UNKNOWN, revision=None)
    history.changes[2] = replace(history.changes[1])
    index = history.of(STREAM)[2]
    history.records[index] = edited(history.records[index], lambda value: value.replace(b"s2", b"s3"))
    history.changes[1] = history.changes[2] = replace(history.changes[2], body=stream_body("s3"))
    assert "invented" in kinds_of_faults(history.verdict())


def test_a_revision_that_was_set_aside_need_not_be_on_kafka(history: History) -> None:
    history.set_aside.add((TRANSFORM, 2))
    del history.records[-1]
    assert history.verdict().faults == []


def republished(history: History, mark: str, revision: int) -> Record:
    value = stream_definition_created(TENANT, STREAM, stream_body(mark))
    return history.tell(STREAM, revision, "stream-definition-created", value, republished="true")


def test_a_definition_that_is_republished_as_it_is_is_right(history: History) -> None:
    republished(history, "s3", 3)
    assert history.verdict().faults == []


def test_a_republished_record_that_overtakes_a_change_is_reported(history: History) -> None:
    record = republished(history, "s3", 3)
    history.records.remove(record)
    history.records.insert(1, record)
    assert kinds_of_faults(history.verdict()) == {"order"}


def test_a_republished_record_of_an_older_content_is_reported(history: History) -> None:
    republished(history, "s2", 3)
    assert kinds_of_faults(history.verdict()) == {"altered"}


def deletion_republished(history: History) -> Record:
    value = stream_definition_deleted(TENANT, GONE, "name g1")
    return history.tell(GONE, 2, "stream-definition-deleted", value, republished="true")


def test_a_deletion_that_is_republished_is_right(history: History) -> None:
    deletion_republished(history)
    assert history.verdict().faults == []


def test_a_republished_deletion_of_what_is_there_is_reported(history: History) -> None:
    record = deletion_republished(history)
    history.records.remove(record)
    history.records.insert(history.of(GONE)[-1], record)
    assert "order" in kinds_of_faults(history.verdict())


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (201, Outcome.ACKNOWLEDGED),
        (204, Outcome.ACKNOWLEDGED),
        (409, Outcome.REFUSED),
        (503, Outcome.UNKNOWN),
        (None, Outcome.UNKNOWN),
    ],
)
def test_an_answer_says_what_a_client_knows(status: int | None, outcome: Outcome) -> None:
    assert outcome_of(status) is outcome


def test_the_table_has_a_row_for_each_fault(history: History) -> None:
    del history.records[0]
    row = history.verdict().row("SIGKILL")
    assert row == ("SIGKILL", "7", "1", "0", "0", "0", "0")
    assert [line.split() for line in table([row]).splitlines()][1] == list(row)
    assert len(row) == len(HEADINGS)
