"""Nothing of SQL, traces or secrets in any answer or log of this run (contract 1.7); pytest runs this file last."""

from collections import Counter

import pytest

from faults.conftest import shown


@pytest.mark.core
def test_no_answer_and_no_log_has_shown_anything() -> None:
    assert Counter(shown) == {}
