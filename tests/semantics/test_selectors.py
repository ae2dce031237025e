"""Many lists of patterns, compiled together (semantics 1, Which definition)."""

import re
import time
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from monasca_events_api.semantics.event_types import MOST_CHARACTERS, Selectors, selector

PATTERNS = st.lists(st.text(alphabet="ab.*?!", min_size=1, max_size=6), min_size=1, max_size=4).map(tuple)
TYPES = st.text(alphabet="ab.", max_size=6)


@given(lists=st.lists(PATTERNS, min_size=1, max_size=4), event_type=TYPES)
def test_they_select_as_each_by_itself(lists, event_type):
    selectors = Selectors()
    for patterns in lists:
        assert selectors.of(patterns)(event_type) == selector(patterns)(event_type)


@given(patterns=PATTERNS, event_type=TYPES)
def test_they_select_the_same_when_each_pattern_is_compiled_by_itself(patterns, event_type):
    selectors = Selectors()
    selectors.of(("a" * MOST_CHARACTERS,))
    assert selectors.of(patterns)(event_type) == selector(patterns)(event_type)


def test_lists_of_the_same_patterns_in_other_orders_cost_little():
    patterns = [f"{number}{'*a' * 100}" for number in range(100)]
    selectors = Selectors()

    def cost(turns):
        started = time.thread_time()
        for turn in turns:
            selectors.of((*patterns[turn:], *patterns[:turn]))
        return time.thread_time() - started

    one = cost([0])
    assert cost(range(1, 100)) < 20 * one


def test_little_of_long_patterns_is_kept_by_python():
    re.purge()
    tracemalloc.start()
    for number in range(20):
        selector([f"{number:03}{index:03}{'a' * 249}" for index in range(100)])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 3_500_000
