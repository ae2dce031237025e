"""Requests to a service, for one tenant, and what its answers mean (contract 1)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from keystoneauth1.exceptions import ClientException
from keystoneauth1.session import Session
from requests import Response

from monasca_events_api.client.answers import check_answer, value_of
from monasca_events_api.client.kinds import Fields, Kind
from monasca_events_api.client.problems import Refused, RefusedField, Unreachable, reason
from monasca_events_api.client.specifications import as_sent

VERSION = "/v2.0"
CONNECT_RETRIES = 2
STATUS_RETRIES = 15
STATUS_RETRY_SECONDS = 1
"""Between two tries, where the answer has no Retry-After."""
RETRIED: list[int] = [HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT]


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
        page = self._json(kind.path)
        while page["elements"]:
            yield from (Stored(each["id"], kind.fields(each), None) for each in page["elements"])
            if not any(link["rel"] == "next" for link in page["links"]):
                return
            page = self._json(kind.path, offset=page["elements"][-1]["id"])

    def read(self, kind: Kind, definition_id: str) -> Stored | None:
        """Return one definition with its ETag, None if it is not there."""
        try:
            answer = self._ask("GET", _one(kind, definition_id))
        except Refused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return Stored(definition_id, kind.fields(value_of(answer)), answer.headers["ETag"])

    def named(self, kind: Kind, name: str) -> Stored | None:
        """Return the definition of that name, None if there is none."""
        found = self._json(kind.path, name=name)["elements"]
        return Stored(found[0]["id"], kind.fields(found[0]), None) if found else None

    def check(self, kind: Kind, fields: Fields) -> None:
        """Let the service check a definition, which it does not store. Raises Refused, its fields named from there."""
        value = as_sent(fields) if kind.previewed is None else as_sent(fields)[kind.previewed]
        try:
            # What is said of the event does not matter, but there has to be one.
            self._ask("POST", f"{kind.path}/preview", {kind.preview_key: value, "events": [{}]})
        except Refused as refused:
            whole = f"{kind.preview_key}." if kind.previewed is None else ""
            fields_named = [RefusedField(each.name.removeprefix(whole), each.description) for each in refused.fields]
            raise Refused(refused.status, str(refused), fields_named) from None

    def create(self, kind: Kind, fields: Fields) -> None:
        """Create a definition. Raises Refused."""
        self._ask("POST", kind.path, as_sent(fields))

    def replace(self, kind: Kind, old: Stored, fields: Fields) -> None:
        """Replace *old*, as it was read with its ETag. Raises Refused."""
        self._ask("PUT", _one(kind, old.id), as_sent(fields), old.etag)

    def remove(self, kind: Kind, old: Stored) -> None:
        """Remove *old*, as it was read with its ETag. Raises Refused."""
        self._ask("DELETE", _one(kind, old.id), None, old.etag)

    def _json(self, path: str, **query: str) -> Any:
        return value_of(self._ask("GET", path, query=query))

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
        try:
            answer: Response = self._session.request(
                url,
                method,
                json=body,
                headers={"Accept": "application/json"} | ({} if etag is None else {"If-Match": etag}),
                raise_exc=False,
                redirect=False,
                connect_retries=CONNECT_RETRIES,
                status_code_retries=STATUS_RETRIES,
                status_code_retry_delay=STATUS_RETRY_SECONDS,
                retriable_status_codes=RETRIED,
            )
        except ClientException as error:
            raise Unreachable(f"No answer from {self.url}: {reason(error)}") from error
        check_answer(answer)
        return answer


def _one(kind: Kind, definition_id: str) -> str:
    return f"{kind.path}/{quote(definition_id, safe='')}"
