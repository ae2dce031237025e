"""Criteria: which events a stream selects, and which of them make it fire (contract 1.2; semantics 2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from monasca_events_api.semantics.comparisons import (
    Condition,
    TraitSource,
    characters_to_read,
    check_trait,
    compile_trait,
)
from monasca_events_api.semantics.event_types import Selector, check_patterns, selector
from monasca_events_api.semantics.events import LONGEST_TRAIT_NAME, TENANT_ID
from monasca_events_api.semantics.field_checks import (
    Check,
    Finding,
    integer_check,
    json_schema,
    list_check,
    mapping_check,
    text_check,
    with_schema,
    within,
    wrong,
)

MOST_CRITERIA = 100
MOST_TRAITS = 100
MOST_EXPRESSION_CHARACTERS = 65_536
"""Of all time expressions of a field together: to read megabytes of them would take seconds."""


@dataclass(frozen=True)
class Criterion:
    """A criterion, compiled.

    *name* is its place (``select.0``), *event_type* and *traits* stand as in the definition;
    *conditions* holds what each trait must meet, in their order; *number* counts in fire criteria.
    """

    name: str
    event_type: str | tuple[str, ...]
    traits: Mapping[str, Any]
    number: int
    conditions: tuple[Condition, ...] = field(compare=False)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The event type patterns, one or more."""
        return (self.event_type,) if isinstance(self.event_type, str) else self.event_type

    @cached_property
    def selects(self) -> Selector:
        """The test of event types; compiled at first use, as a hundred long patterns take a while."""
        return selector(self.patterns)

    def traits_match(self, event: TraitSource) -> bool:
        """Say whether all traits of *event* are as wanted."""
        return all(condition(event) for condition in self.conditions)


def compile_criteria(place: str, criteria: list[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """Compile the list that stands at *place* (``select``) and has passed its check."""
    return tuple(_compile(f"{place}.{index}", criterion) for index, criterion in enumerate(criteria))


def _compile(name: str, criterion: Mapping[str, Any]) -> Criterion:
    # Copies, since patterns are compiled later, when the body may have changed.
    event_type = criterion["event_type"]
    traits = dict(criterion.get("traits", {}))
    return Criterion(
        name=name,
        event_type=event_type if isinstance(event_type, str) else tuple(event_type),
        traits=traits,
        number=criterion.get("number", 1),
        conditions=tuple(compile_trait(trait, wanted) for trait, wanted in traits.items()),
    )


_trait_name = text_check(LONGEST_TRAIT_NAME)


@with_schema({**json_schema(_trait_name), "not": {"const": TENANT_ID}})
def check_trait_name(name: Any) -> Iterator[Finding]:
    """Yield what is wrong with a trait name, in a criterion or in ``group_by``."""
    if name == TENANT_ID:
        yield from wrong("Reserved name")
    else:
        yield from _trait_name(name)


def _criteria_check(further_keys: Mapping[str, Check], **words: str) -> Check:
    criterion = mapping_check({"event_type": check_patterns}, {"traits": _traits_check(), **further_keys}, **words)
    return list_check(criterion, MOST_CRITERIA)


def _traits_check() -> Check:
    """Make a check for ``traits`` that counts the time expressions of all criteria it is used for."""
    characters = 0

    @with_schema(
        {
            "type": "object",
            "maxProperties": MOST_TRAITS,
            "propertyNames": json_schema(check_trait_name),
            "additionalProperties": json_schema(check_trait),
        }
    )
    def check(value: Any) -> Iterator[Finding]:
        nonlocal characters
        if not isinstance(value, dict):
            yield from wrong("Must be a mapping")
        elif len(value) > MOST_TRAITS:
            yield from wrong(f"More than {MOST_TRAITS} items")
        else:
            characters += sum(map(characters_to_read, value.values()))
            if characters > MOST_EXPRESSION_CHARACTERS:
                yield from wrong(f"Time expressions longer than {MOST_EXPRESSION_CHARACTERS} characters")
            else:
                yield from _check_traits(value)

    return check


def _check_traits(traits: dict[Any, Any]) -> Iterator[Finding]:
    for name, wanted in traits.items():
        yield from within(name, check_trait_name(name))
        yield from within(name, check_trait(wanted))


def _select_check() -> Check:
    return _criteria_check(
        {}, title="Criterion", description="Matches an event of such a type that has every one of `traits` as said here"
    )


def _fire_criteria_check() -> Check:
    return _criteria_check(
        {"number": integer_check(1, 10_000)},
        title="FireCriterion",
        description="A criterion that `number` events of a stream have to match, one if it is not said",
    )


@with_schema(json_schema(_select_check()))
def check_select(value: Any) -> Iterator[Finding]:
    """Yield what is wrong with the value of ``select``."""
    yield from _select_check()(value)


@with_schema(json_schema(_fire_criteria_check()))
def check_fire_criteria(value: Any) -> Iterator[Finding]:
    """Yield what is wrong with the value of ``fire_criteria``."""
    yield from _fire_criteria_check()(value)
