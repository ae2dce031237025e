"""Three small histories that agree, for tests of the checker to plant a fault in."""

import json

import yaml

from .changes import Body, Change, Kind, Outcome, Verb
from .checker import check
from .expected_values import TYPES, stream_definition_created, stream_definition_deleted, transform
from .stored import Definition, Deleted, Stored
from .topics import Record
from .verdict import Verdict

TENANT = "tenant"
STREAM, TRANSFORM, GONE = "stream-1", "transform-1", "stream-2"


def stream_body(mark: str) -> Body:
    return {
        "name": f"name {mark}",
        "description": mark,
        "select": [{"event_type": "a.*"}],
        "group_by": [],
        "fire_criteria": [{"event_type": "a.end"}],
        "expiration": 1,
        "fire_actions": [],
        "expire_actions": [],
        "actions_enabled": True,
    }


def transform_body(mark: str) -> Body:
    return {"name": mark, "description": mark, "specification": "- event_type: a\n", "enabled": True}


def asked(kind: Kind, verb: Verb, identifier: str, body: Body | None = None, revision: int | None = None) -> Change:
    outcome = Outcome.ACKNOWLEDGED
    return Change(kind=kind, verb=verb, identifier=identifier, outcome=outcome, body=body, revision=revision)


class History:
    """Three histories that agree: a stream definition changed twice, one deleted, a transform changed once."""

    def __init__(self) -> None:
        stream, end = Kind.STREAM_DEFINITION, Verb.DELETE
        self.changes = [
            asked(stream, Verb.CREATE, STREAM, stream_body("s1"), 1),
            asked(stream, Verb.REPLACE, STREAM, stream_body("s2"), 2),
            asked(stream, Verb.REPLACE, STREAM, stream_body("s3"), 3),
            asked(stream, Verb.CREATE, GONE, stream_body("g1"), 1),
            asked(stream, end, GONE),
            asked(Kind.TRANSFORM, Verb.CREATE, TRANSFORM, transform_body("t1"), 1),
            asked(Kind.TRANSFORM, Verb.REPLACE, TRANSFORM, transform_body("t2"), 2),
        ]
        self.definitions = {
            STREAM: Definition(stream, TENANT, 3, stream_body("s3")),
            TRANSFORM: Definition(Kind.TRANSFORM, TENANT, 2, transform_body("t2")),
        }
        self.deleted = {GONE: Deleted(stream, TENANT)}
        self.set_aside: set[tuple[str, int]] = set()
        self.records: list[Record] = []
        self._tell_streams()
        self._tell_transform()

    def verdict(self) -> Verdict:
        stored = Stored(self.definitions, self.deleted, frozenset(self.set_aside))
        return check(self.changes, stored, self.records)

    def of(self, key: str) -> list[int]:
        """Return where the records of *key* stand."""
        return [index for index, record in enumerate(self.records) if record.key == key]

    def tell(self, key: str, revision: int, kind: str, value: object, **headers: str) -> Record:
        number = len(self.records)
        told = {"id": f"id-{number}", "type": kind, "revision": str(revision), **headers}
        record = Record("topic", 0, number, key, told, json.dumps(value).encode())
        self.records.append(record)
        return record

    def _tell_streams(self) -> None:
        types = TYPES[Kind.STREAM_DEFINITION]
        self.tell(STREAM, 1, types[Verb.CREATE], stream_definition_created(TENANT, STREAM, stream_body("s1")))
        self.tell(GONE, 1, types[Verb.CREATE], stream_definition_created(TENANT, GONE, stream_body("g1")))
        for revision in (2, 3):
            before, after = stream_body(f"s{revision - 1}"), stream_body(f"s{revision}")
            word = types[Verb.REPLACE]
            self.tell(STREAM, revision, word, stream_definition_deleted(TENANT, STREAM, before["name"]))
            self.tell(STREAM, revision, word, stream_definition_created(TENANT, STREAM, after))
        self.tell(GONE, 2, types[Verb.DELETE], stream_definition_deleted(TENANT, GONE, "name g1"))

    def _tell_transform(self) -> None:
        for revision, verb in ((1, Verb.CREATE), (2, Verb.REPLACE)):
            value = transform(TENANT, TRANSFORM, transform_body(f"t{revision}"))
            definition = value["transform_definition"]
            definition["specification"] = yaml.safe_dump(definition["specification"])
            self.tell(TRANSFORM, revision, TYPES[Kind.TRANSFORM][verb], value)
