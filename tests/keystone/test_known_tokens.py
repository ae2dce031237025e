"""What is known of tokens without a memcached: for how long, and how many."""

from monasca_events_api.http.identity import Identity
from monasca_events_api.http.known_tokens import KnownTokens
from servers.processes import wait_until

ABOUT_IT = {"token": {"user": {"id": "u"}}}
SOMEBODY = Identity("u", "p", frozenset())


def test_a_token_is_known() -> None:
    known = KnownTokens(60)
    known.set("a", ABOUT_IT)
    assert known.get("a") == ABOUT_IT


def test_one_that_nobody_has_asked_about_is_not() -> None:
    assert KnownTokens(60).get("a") is None


def test_it_is_known_for_its_time_only() -> None:
    known = KnownTokens(0.1)
    known.set("a", ABOUT_IT)
    wait_until(lambda: known.get("a") is None, "it is forgotten")


def test_the_time_begins_anew_when_keystone_was_asked_again() -> None:
    known = KnownTokens(60, most=2)
    for token in ("a", "b", "a", "c"):
        known.set(token, ABOUT_IT)
    assert (known.get("a"), known.get("b")) == (ABOUT_IT, None)


def test_where_there_are_too_many_the_first_is_forgotten() -> None:
    known = KnownTokens(60, most=2)
    for token in ("a", "b", "c"):
        known.set(token, ABOUT_IT)
    assert [known.get(token) for token in "abc"] == [None, ABOUT_IT, ABOUT_IT]


def test_with_a_time_below_zero_none_is_known() -> None:
    known = KnownTokens(-1)
    known.set("a", ABOUT_IT)
    assert known.get("a") is None


def test_whose_a_token_is_was_not_found_out_when_keystone_was_asked() -> None:
    known = KnownTokens(60)
    known.set("a", ABOUT_IT)
    assert known.identity("a") is None


def test_whose_it_is_stands_beside_what_keystone_has_said() -> None:
    known = KnownTokens(60)
    known.set("a", ABOUT_IT)
    known.belongs("a", SOMEBODY, 60)
    assert (known.identity("a"), known.get("a")) == (SOMEBODY, ABOUT_IT)


def test_whose_it_is_is_known_for_no_longer_than_what_keystone_has_said() -> None:
    known = KnownTokens(0.1)
    known.set("a", ABOUT_IT)
    known.belongs("a", SOMEBODY, 3600)
    wait_until(lambda: known.identity("a") is None, "it is forgotten", seconds=5)


def test_nor_for_longer_than_the_token_is_good() -> None:
    known = KnownTokens(60)
    known.set("a", ABOUT_IT)
    known.belongs("a", SOMEBODY, 0)
    assert (known.identity("a"), known.get("a")) == (None, None)


def test_of_a_token_of_which_keystone_has_said_nothing_it_is_not_remembered() -> None:
    known = KnownTokens(60)
    known.belongs("a", SOMEBODY, 60)
    assert known.identity("a") is None
