"""How a value is told to a person (semantics 1, what becomes of a notification)."""

from monasca_events_api.semantics.described_values import described


def test_an_integer_of_more_digits_than_python_writes_is_a_very_long_number():
    assert described(10**10_000) == "a very long number"
