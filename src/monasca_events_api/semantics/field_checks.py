"""What is checked alike in many fields of a definition, and said alike (semantics 3).

A check yields what it finds wrong, each with the path from the field itself (empty: the field). All
are generators, so that a body with a million faults costs no more than the first 100.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from monasca_events_api.semantics.faults import MOST_FAULTS, Fault, dotted

Finding: TypeAlias = tuple[tuple[str, ...], str]
"""A path, of keys and indexes, and the description of a Fault."""

Check: TypeAlias = Callable[[Any], Iterator[Finding]]


Checking = TypeVar("Checking", bound=Callable[..., Any])
JsonSchema: TypeAlias = dict[str, Any]


def with_schema(schema: JsonSchema) -> Callable[[Checking], Checking]:
    """Make a decorator: *schema* says in JSON Schema what the check below it lets pass.

    Where JSON Schema has no words for a grammar of ours, ``format`` names it.
    """

    def attach(check: Checking) -> Checking:
        check.json_schema = schema  # type: ignore[attr-defined]
        return check

    return attach


def json_schema(check: Callable[..., Any]) -> JsonSchema:
    """Return what *check* lets pass; empty: anything."""
    schema: JsonSchema = getattr(check, "json_schema", {})
    return schema


def faults_of(check: Check, value: Any) -> list[Fault]:
    """List the faults that *check* finds in *value*, up to MOST_FAULTS."""
    return [Fault(dotted(path), description) for path, description in islice(check(value), MOST_FAULTS)]


def within(key: object, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Put *key*, or an index, in front of the paths of *findings*."""
    for path, description in findings:
        yield (str(key), *path), description


def wrong(description: str) -> Iterator[Finding]:
    """Find the value as a whole wrong."""
    yield (), description


def anything(_value: Any) -> Iterator[Finding]:
    """Find nothing wrong."""
    yield from ()


def text_check(longest: int, *, empty: bool = False) -> Check:
    """Make a check for text of up to *longest* characters, and at least one unless *empty*."""

    @with_schema({"type": "string", "minLength": 0 if empty else 1, "maxLength": longest})
    def check(value: Any) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield from wrong("Must be a string")
        elif not value and not empty:
            yield from wrong("Must not be empty")
        elif len(value) > longest:
            yield from wrong(f"Longer than {longest} characters")

    return check


def integer_check(least: int, most: int) -> Check:
    """Make a check for an integer from *least* to *most*."""

    @with_schema({"type": "integer", "minimum": least, "maximum": most})
    def check(value: Any) -> Iterator[Finding]:
        # type(), not isinstance(): True is an int to Python, not to JSON.
        if type(value) is not int:
            yield from wrong("Must be an integer")
        elif not least <= value <= most:
            yield from wrong(f"Must be from {least} to {most}")

    return check


@with_schema({"type": "boolean"})
def boolean(value: Any) -> Iterator[Finding]:
    """Check for true or false."""
    if not isinstance(value, bool):
        yield from wrong("Must be a boolean")


def list_check(item: Check, most: int, *, empty: bool = False) -> Check:
    """Make a check for a list of up to *most* items, and at least one unless *empty*.

    The items of a list that is too long are not looked at.
    """

    @with_schema({"type": "array", "items": json_schema(item), "minItems": 0 if empty else 1, "maxItems": most})
    def check(value: Any) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield from wrong("Must be a list")
        elif not value and not empty:
            yield from wrong("Must not be empty")
        elif len(value) > most:
            yield from wrong(f"More than {most} items")
        else:
            for index, member in enumerate(value):
                yield from within(index, item(member))

    return check


def set_check(item: Check, most: int) -> Check:
    """Make a check for a list, perhaps empty, of up to *most* texts, none of them twice."""
    members = list_check(item, most, empty=True)

    @with_schema({**json_schema(members), "uniqueItems": True})
    def check(value: Any) -> Iterator[Finding]:
        yield from members(value)
        if isinstance(value, list) and 1 < len(value) <= most:
            yield from repeats(value, item)

    return check


def repeats(values: list[Any], item: Check) -> Iterator[Finding]:
    """Yield a fault for each repeated text that *item* finds right; the others have a fault of their own."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if isinstance(value, str):
            if value in seen and next(item(value), None) is None:
                yield from within(index, wrong("Stands there twice"))
            seen.add(value)


def mapping_check(required: Mapping[str, Check], optional: Mapping[str, Check], **words: str) -> Check:
    """Make a check for a mapping with exactly the keys that are *required* and perhaps the *optional*.

    *words* are its schema's ``title`` and ``description``; what has a title is described once, under it.
    """
    known = {**required, **optional}

    @with_schema(
        {
            "type": "object",
            "required": [*required],
            "properties": {key: json_schema(member) for key, member in known.items()},
            "additionalProperties": False,
            **words,
        }
    )
    def check(value: Any) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield from wrong("Must be a mapping")
            return
        for key in required:
            if key not in value:
                yield from within(key, wrong("Required"))
        for key, member in value.items():
            if key in known:
                yield from within(key, known[key](member))
            else:
                yield from within(key, wrong("Unknown key"))

    return check
