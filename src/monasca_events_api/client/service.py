"""Requests to a service, for one tenant, and what its answers mean (contract 1)."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from time import monotonic, sleep
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from keystoneauth1.exceptions import ClientException, RetriableConnectionFailure
from keystoneauth1.session import Session
from requests import Response

from monasca_events_api.client.answers import check_answer, value_of
from monasca_events_api.client.kinds import Fields, Kind
from monasca_events_api.client.problems import Refused, RefusedField, Unreachable, reason
from monasca_events_api.client.specifications import as_sent

VERSION = "/v2.0"
PATIENCE_SECONDS = 15
"""How long a service that is away is asked again. Where it wants to be asked later still, that is left to the user."""
WAIT_SECONDS = 1
"""Between two tries, where there is no answer, or no number in its Retry-After."""
_SECONDS = re.compile("[0-9]{1,9}")
RETRIED = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
EVENTS = "events"


class Stored(NamedTuple):
    """A definition as the service has it; *etag* is None where it was read in a list."""

    id: str
    fields: Fields
    etag: str | None


class Service:
    """The service at *url*, its ``/v2.0`` included or not; *tenant* is for a delegate, who acts for another."""

    def __init__(self, session: Session, url: str, tenant: str | None) -> None:
        self.url = url.rstrip("/").removesuffix(VERSION) + VERSION
        self._session = session
        self._query = {} if tenant is None else {"tenant_id": tenant}

    def definitions(self, kind: Kind) -> Iterator[Stored]:
        """Give all definitions, page by page."""
        # By the last id, not by the link: behind a proxy that hides its name, that would lead elsewhere.
        page = self._page(kind.path)
        while page["elements"]:
            yield from (Stored(each["id"], kind.fields(each), None) for each in page["elements"])
            if not any(link["rel"] == "next" for link in page["links"]):
                return
            page = self._page(kind.path, offset=page["elements"][-1]["id"])

    def read(self, kind: Kind, definition_id: str) -> Stored | None:
        """Return one definition with its ETag, None if it is not there."""
        try:
            answer = self._ask("GET", _one(kind, definition_id))
        except Refused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        etag = answer.headers.get("ETag", "")
        # Without it a change would overwrite what another has done; a weak one the service never takes.
        if not etag.startswith('"'):
            told = f"with the ETag {etag}" if etag else "without an ETag"
            raise Unreachable(f"{self.url} answers {told}: a proxy in between changes it, and must not")
        return Stored(definition_id, kind.fields(value_of(answer)), etag)

    def named(self, kind: Kind, name: str) -> Stored | None:
        """Return the definition of that name, None if there is none."""
        found = self._page(kind.path, name=name)["elements"]
        return Stored(found[0]["id"], kind.fields(found[0]), None) if found else None

    def check(self, kind: Kind, fields: Fields) -> None:
        """Let the service check a definition, which it does not store. Raises Refused, its fields named from there."""
        value = as_sent(fields) if kind.previewed is None else as_sent(fields)[kind.previewed]
        try:
            # What is said of the event does not matter, but there has to be one.
            self._ask("POST", f"{kind.path}/preview", {kind.preview_key: value, EVENTS: [{}]})
        except Refused as refused:
            whole = f"{kind.preview_key}." if kind.previewed is None else ""
            of_definition = [
                RefusedField(each.name.removeprefix(whole), each.description)
                for each in refused.fields
                if each.name != EVENTS
            ]
            # The definition is checked before the event: a preview that took too long has found it right.
            if of_definition or not refused.fields:
                raise Refused(refused.status, str(refused), of_definition) from None

    def create(self, kind: Kind, fields: Fields) -> None:
        """Create a definition. Raises Refused."""
        self._ask("POST", kind.path, as_sent(fields))

    def replace(self, kind: Kind, old: Stored, fields: Fields) -> None:
        """Replace *old*, as it was read with its ETag. Raises Refused."""
        self._ask("PUT", _one(kind, old.id), as_sent(fields), old.etag)

    def remove(self, kind: Kind, old: Stored) -> None:
        """Remove *old*, as it was read with its ETag. Raises Refused."""
        self._ask("DELETE", _one(kind, old.id), None, old.etag)

    def _page(self, path: str, **query: str) -> Any:
        try:
            page = value_of(self._ask("GET", path, query=query))
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            # A list is always there: the path of the URL is wrong.
            raise Unreachable(f"{self.url}{path}: {refused} (404)") from refused
        if not {"elements", "links"} <= page.keys():
            raise Unreachable(f"{self.url}{path} is no Monasca Events API: its answer is no list of definitions")
        return page

    def _ask(
        self,
        method: str,
        path: str,
        body: Fields | None = None,
        etag: str | None = None,
        query: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        parameters = urlencode({**self._query, **query})
        url = f"{self.url}{path}{'?' if parameters else ''}{parameters}"
        # A proxy that compresses would give a compressed answer an ETag of its own.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        etags = {} if etag is None else {"If-Match": etag}
        outcome = _patiently(partial(self._send, url, method, body, headers | etags))
        if isinstance(outcome, Unreachable):
            raise outcome
        check_answer(outcome)
        return outcome

    def _send(self, url: str, method: str, body: Fields | None, headers: Mapping[str, str]) -> Response | Unreachable:
        """Return the answer, or why there is none, for now. Raises Unreachable where there never will be one."""
        try:
            answer: Response = self._session.request(
                url, method, json=body, headers=dict(headers), raise_exc=False, redirect=False
            )
        # OSError: a certificate that is no file, for one. ValueError: a URL that is none.
        except (ClientException, RetriableConnectionFailure, OSError, ValueError) as error:
            unreachable = Unreachable(f"No answer from {self.url}: {reason(error)}")
            if isinstance(error, RetriableConnectionFailure):
                return unreachable
            raise unreachable from error
        return answer


def _patiently(send: Callable[[], Response | Unreachable]) -> Response | Unreachable:
    """Return what comes of *send*, tried again for PATIENCE_SECONDS as long as the service is away."""
    # keystoneauth1 would ask again, too, but wait for as long as Retry-After says, and for connections give up soon.
    patience: float = PATIENCE_SECONDS
    while True:
        began = monotonic()
        outcome = send()
        wait = _wait(outcome)
        if wait is None or wait > patience:
            return outcome
        sleep(wait)
        # Who says 0 is not asked for ever; without an answer, a try takes its time.
        patience -= max(WAIT_SECONDS, wait, monotonic() - began)


def _wait(outcome: Response | Unreachable) -> int | None:
    """Return how many seconds later to ask again; None for an answer that is one."""
    if isinstance(outcome, Unreachable):
        return WAIT_SECONDS
    if outcome.status_code not in RETRIED:
        return None
    named = outcome.headers.get("Retry-After", "")
    return int(named) if _SECONDS.fullmatch(named) else WAIT_SECONDS


def _one(kind: Kind, definition_id: str) -> str:
    return f"{kind.path}/{quote(definition_id, safe='')}"
