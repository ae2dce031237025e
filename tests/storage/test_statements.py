"""Statements whose text is made once (docs/decisions, 8): values that a model gives by default."""

from collections.abc import Callable

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table
from sqlalchemy.dialects import sqlite

from monasca_events_api.storage.statements import for_driver, insert_of


def notes(default: str | Callable[[], str]) -> Table:
    return Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("note", String, default=default))


def test_what_a_model_gives_by_default_is_among_the_values() -> None:
    assert for_driver(sqlite.dialect(), insert_of(notes("none")), {})[1] == ("none",)


def test_a_given_value_comes_before_the_default() -> None:
    assert for_driver(sqlite.dialect(), insert_of(notes("none")), {"note": "mine"})[1] == ("mine",)


def test_a_default_that_is_computed_must_be_given() -> None:
    statement = insert_of(notes(lambda: "now"))
    assert for_driver(sqlite.dialect(), statement, {"note": "mine"})[1] == ("mine",)
    with pytest.raises(KeyError, match="note"):
        for_driver(sqlite.dialect(), statement, {})
