"""``production.ini`` names every setting, each with its true default (contract 3)."""

import re
from dataclasses import MISSING, Field, fields
from typing import Any

import pytest

from monasca_events_api.settings import Settings
from servers.api_process import PROJECT

APPLICATION = (PROJECT / "production.ini").read_text().partition("[app:main]")[2].partition("\n[")[0]
NAMED = dict(re.findall(r"^#?([a-z_.]+) = ?(.*)$", APPLICATION, re.MULTILINE))
COMMENTED = dict(re.findall(r"^#([a-z_.]+) = ?(.*)$", APPLICATION, re.MULTILINE))
SETTINGS = {each.metadata["key"]: each for each in fields(Settings)}
REQUIRED = {"sqlalchemy.url", "kafka.bootstrap_servers"}
WITH_A_SECRET = {"sqlalchemy.password"}


def test_every_setting_stands_there() -> None:
    assert set(SETTINGS) - set(NAMED) == set()


def test_nothing_else_stands_there() -> None:
    assert set(NAMED) - set(SETTINGS) == {"use", "filter-with"} & set(NAMED)


def test_all_but_what_must_be_set_is_commented_out() -> None:
    assert set(SETTINGS) - set(COMMENTED) == REQUIRED | WITH_A_SECRET


def test_only_the_database_is_required_of_everybody() -> None:
    assert {key for key, each in SETTINGS.items() if each.default is MISSING} == {"sqlalchemy.url"}


@pytest.mark.parametrize("key", sorted(COMMENTED))
def test_what_is_commented_out_is_the_default(key: str) -> None:
    assert shown(SETTINGS[key], COMMENTED[key]) == SETTINGS[key].default


def shown(setting: Field[Any], text: str) -> Any:
    """Return what *text* means; nothing means the default of those that are nothing."""
    return setting.metadata["read"](text) if text else type(setting.default)()


@pytest.mark.parametrize("key", sorted(SETTINGS))
def test_every_setting_has_a_comment_above_it(key: str) -> None:
    above = re.split(rf"^#?{re.escape(key)} =", APPLICATION, flags=re.MULTILINE)[0]
    group = above.rpartition("\n\n")[2]
    assert re.search(r"^# ", group, re.MULTILINE)
