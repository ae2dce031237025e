"""Which of the databases a test is run on, where that is not all of them."""

import pytest

# What stands here in place of the three of the fixture: for what asks no database, or for no more than an id.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
