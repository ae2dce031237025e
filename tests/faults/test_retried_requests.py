"""A request whose connection was cut before its commit is tried again, with its body (contract 1.7)."""

from http import HTTPStatus

import pytest

from api.examples import transform
from faults.conftest import MakeService
from faults.load import Load
from faults.proxy import Proxy
from faults.report import Report
from history.changes import Kind, Outcome

CUTS = 5


@pytest.mark.core
def test_a_request_that_is_tried_again_has_its_body(
    make_service: MakeService, proxy: Proxy, kind: str, report: Report
) -> None:
    service = make_service(kind, url=proxy.url)
    service.start()
    load = Load(service, f"again {kind}")
    for _ in range(CUTS):
        cut = proxy.plan(b"INSERT INTO")
        load.create(Kind.TRANSFORM)
        assert cut.happened.is_set()
    assert {change.outcome for change in load.log} == {Outcome.ACKNOWLEDGED}
    report.hold(f"{CUTS} x connection cut before the commit, tried again, {kind}", load.verdict())


def test_so_is_a_preview_of_what_is_stored(make_service: MakeService, proxy: Proxy, kind: str) -> None:
    service = make_service(kind, url=proxy.url)
    service.start()
    with service.client() as client:
        stored = client.create("transforms", transform())
        cut = proxy.plan(b"FROM transforms")
        answer = client.send_json("POST", "transforms/preview", {"transform_id": stored["id"], "events": [{}]})
    assert cut.happened.is_set()
    assert answer.status_code == HTTPStatus.OK
