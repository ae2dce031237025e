"""The operators' table of settings has all of them, as ``production.ini`` and the code have them."""

import sys

import pytest

from monasca_events_api import setting_values
from servers.api_process import PROJECT

sys.path.insert(0, str(PROJECT / "docs"))

from settings_table import kind_of, settings, table

ROWS = {row.key: row for row in settings()}


def test_no_row_is_without_a_meaning() -> None:
    assert [row.key for row in ROWS.values() if not row.meaning] == []


@pytest.mark.parametrize(
    ("key", "kind", "default"),
    [
        ("sqlalchemy.url", "the URL of a database whose driver is here", "required"),
        ("api.page_limit", "a whole number from 1 to 1000", "50"),
        ("kafka.timeout", "a number of seconds from 0.1 to 600", "10"),
        ("messages.publisher", "one of kafka, files", "kafka"),
        ("default_authorized_roles", "role names separated by commas", "monasca-user"),
        ("relay.enabled", "``true`` or ``false``", "true"),
        ("metrics.directory", "a path", "var/metrics"),
    ],
)
def test_a_row_says_what_a_setting_may_be_and_its_default(key: str, kind: str, default: str) -> None:
    assert (ROWS[key].kind, ROWS[key].default) == (kind, default)


def test_settings_under_one_comment_share_it() -> None:
    assert ROWS["kafka.ssl_keyfile"].meaning == ROWS["kafka.ssl_cafile"].meaning


def test_what_is_special_in_the_page_is_escaped() -> None:
    assert "X-Forwarded-\\* headers" in table()


def test_a_reader_that_takes_everything_in_silence_is_found() -> None:
    with pytest.raises(LookupError):
        kind_of(lambda text: text)


def test_a_limit_is_told_as_its_refusal_tells_it() -> None:
    assert kind_of(setting_values.whole_number(2, 3)) == "a whole number from 2 to 3"
