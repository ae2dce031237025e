"""How the healthcheck asks: all at once, not again for a second, and not what still hangs (contract 1)."""

import threading
import time
import warnings
from collections.abc import Iterator

import pytest

with warnings.catch_warnings():
    # Pyramid and Cornice import modules that Python and setuptools want to be rid of.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", UserWarning)
    from monasca_events_api.http import healthcheck
    from monasca_events_api.http.healthcheck import DependencyChecks

LATE = "No answer in time"


class Clock:
    """Stands in for ``time``; it shows what it was set to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class Dependency:
    """Answers at once, or hangs until it is let go; *asked* counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = threading.Event()

    def check(self) -> None:
        self.asked += 1
        self.answers.wait()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(healthcheck, "time", clock)
    return clock


@pytest.fixture
def dependency() -> Dependency:
    dependency = Dependency()
    dependency.answers.set()
    return dependency


@pytest.fixture
def hanging() -> Iterator[Dependency]:
    dependency = Dependency()
    yield dependency
    dependency.answers.set()


def test_within_a_second_a_dependency_is_not_asked_again(clock: Clock, dependency: Dependency) -> None:
    checks = DependencyChecks(60)
    for clock.now in (0.0, 0.5, 1.0):
        assert checks.results({"kafka": dependency.check}) == {"kafka": "OK"}
    assert dependency.asked == 1


def test_after_a_second_it_is(clock: Clock, dependency: Dependency) -> None:
    checks = DependencyChecks(60)
    for clock.now in (0.0, 1.1):
        checks.results({"kafka": dependency.check})
    assert dependency.asked == 2


def test_one_that_hangs_has_not_answered_in_time(hanging: Dependency) -> None:
    assert DependencyChecks(0.1).results({"kafka": hanging.check}) == {"kafka": LATE}


def test_one_that_still_hangs_is_not_asked_again(clock: Clock, hanging: Dependency) -> None:
    checks = DependencyChecks(0.1)
    for clock.now in (0.0, 60.0):
        assert checks.results({"kafka": hanging.check}) == {"kafka": LATE}
    assert hanging.asked == 1


def test_one_that_hangs_does_not_hold_up_what_is_said_of_another(hanging: Dependency, dependency: Dependency) -> None:
    # The first one takes all the time there is; the other one has answered in it.
    checks = {"kafka": hanging.check, "database": dependency.check}
    assert DependencyChecks(1).results(checks) == {"kafka": LATE, "database": "OK"}


def test_all_that_hang_are_waited_for_together(hanging: Dependency) -> None:
    started = time.monotonic()
    DependencyChecks(1).results(dict.fromkeys(("database", "keystone", "kafka", "outbox"), hanging.check))
    assert time.monotonic() - started < 3
