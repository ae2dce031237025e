"""``/healthcheck``: whether the service, and what it depends on, is there (contract 1)."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from cornice import Service
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.compact_json import compact_json
from monasca_events_api.errors import TransactionConflict, Unavailable
from monasca_events_api.http.error_responses import RETRY_AFTER
from monasca_events_api.http.identity import SOURCE_KEY
from monasca_events_api.http.query import no_parameters
from monasca_events_api.http.responses import answer
from monasca_events_api.http.service import SERVICE, answer_options

log = logging.getLogger(__name__)

OK = "OK"
LIMIT_SECONDS = 5.0
FRESH_SECONDS = 1.0
READY = ("database", "keystone")
DEPENDENCIES = (*READY, "kafka", "outbox")

health = answer_options(Service(name="healthcheck", path="/healthcheck", **SERVICE))
live = answer_options(Service(name="live", path="/healthcheck/live", **SERVICE))
ready = answer_options(Service(name="ready", path="/healthcheck/ready", **SERVICE))


class DependencyChecks:
    """Asks the dependencies side by side, under one time limit, and not again for a moment: anyone may ask."""

    def __init__(self, limit: float) -> None:
        """*limit* is in seconds."""
        self._limit = limit
        self._lock = threading.Lock()
        self._asked: dict[str, tuple[float, Future[str]]] = {}
        self._pool = ThreadPoolExecutor(max_workers=len(DEPENDENCIES), thread_name_prefix="healthcheck")

    def results(self, checks: Mapping[str, Callable[[], None]]) -> dict[str, str]:
        """Return for each of *checks* ``OK`` or what is the matter."""
        deadline = time.monotonic() + self._limit
        asked = {name: self._ask(name, check) for name, check in checks.items()}
        return {name: _result(each, deadline) for name, each in asked.items()}

    def _ask(self, name: str, check: Callable[[], None]) -> Future[str]:
        with self._lock:
            asked, future = self._asked.get(name, (0.0, None))
            # One that still waits is not asked again: a dependency that hangs holds one thread, not all.
            if future is None or (future.done() and time.monotonic() - asked > FRESH_SECONDS):
                future = self._pool.submit(_say, name, check)
                self._asked[name] = (time.monotonic(), future)
            return future


def _say(name: str, check: Callable[[], None]) -> str:
    try:
        _ask_again_if_cut(check)
    except Unavailable as error:
        return str(error)
    except Exception:
        log.exception("healthcheck failed dependency=%s", name)
        # Its own words are not made for everybody.
        return "The check has failed; the log says why"
    return OK


def _ask_again_if_cut(check: Callable[[], None]) -> None:
    try:
        check()
    except TransactionConflict:
        # A connection that was cut while nobody used it: what clients ask is tried again, too.
        check()


def _result(future: Future[str], deadline: float) -> str:
    try:
        return future.result(max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        return "No answer in time"


@health.get(validators=(no_parameters,))
def healthcheck(request: Request) -> Response:
    """Say of every dependency whether it is there."""
    return _answer(request, _checks(request))


@ready.get(validators=(no_parameters,))
def readiness(request: Request) -> Response:
    """Say whether definitions can be served: Kafka away is no reason to take the service away."""
    checks = _checks(request)
    return _answer(request, {name: checks[name] for name in READY})


@live.get(validators=(no_parameters,))
def liveness(request: Request) -> Response:
    """Say that the process answers."""
    return answer(request, compact_json({"process": OK}))


def _checks(request: Request) -> dict[str, Callable[[], None]]:
    checks = {**request.dependencies, "keystone": request.environ[SOURCE_KEY].check}
    return {name: checks[name] for name in DEPENDENCIES}


def _answer(request: Request, checks: Mapping[str, Callable[[], None]]) -> Response:
    results = request.dependency_checks.results(checks)
    healthy = all(result == OK for result in results.values())
    if healthy and request.method == "HEAD":
        return Response(status=204)
    response = answer(request, compact_json(results), 200 if healthy else 503)
    if not healthy:
        response.headers["Retry-After"] = RETRY_AFTER
    return response
