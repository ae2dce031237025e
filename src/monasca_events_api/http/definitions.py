"""What both kinds of definition have in common at the door (contract 1.4): bodies, pages, ETags.

A resource translates a request into a verb of ``domain.definitions``, and what that returns into an answer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from pyramid.httpexceptions import HTTPNotAcceptable
from pyramid.request import Request
from pyramid.response import Response

from monasca_events_api.domain import definitions
from monasca_events_api.domain.announcements import Fields
from monasca_events_api.domain.definitions import Page
from monasca_events_api.domain.kinds import Kind
from monasca_events_api.errors import EditConflict, Fault, Invalid, NameTaken, NotFound
from monasca_events_api.http import json_body
from monasca_events_api.http.links import link_json, url
from monasca_events_api.http.pages import PARAMETERS, PageRequest, Reader, next_query, offset_name, page_request
from monasca_events_api.http.preconditions import names, well_formed
from monasca_events_api.http.query import parameters
from monasca_events_api.http.request_faults import acceptable, add_faults, refuse
from monasca_events_api.http.request_id import request_id
from monasca_events_api.http.responses import answer, empty, etag, unchanged
from monasca_events_api.http.schemas.strict_types import ClosedMapping
from monasca_events_api.http.tenant import PARAMETER, tenant_of
from monasca_events_api.storage.definitions import ListedDefinition, StoredDefinition
from monasca_events_api.storage.sessions import Connection


class DefinitionResource:
    """One request on definitions of one kind; a subclass says which kind, and how it is shown.

    *address* is the collection's; *created_status* answers a POST; *list_filters* are the query parameters that choose
    from a list, each with what reads its value; *page_request* is there when ``of_tenant_and_page`` has found no fault.
    """

    address: ClassVar[str]
    created_status: ClassVar[int]
    list_filters: ClassVar[Mapping[str, Reader]]
    page_request: PageRequest

    def __init__(self, request: Request, context: Any = None) -> None:  # noqa: ARG002 - Cornice passes it by its name
        self.request = request
        self.tenant_id = ""
        self.query: dict[str, str] = {}
        self.body: Any = None

    @property
    def kind(self) -> Kind:
        """The kind that this is about."""
        raise NotImplementedError

    def show(self, stored: StoredDefinition | ListedDefinition, links: str) -> str:
        """Return *stored* as the JSON text that a client sees; *links* is JSON, too."""
        raise NotImplementedError

    def of_tenant(self, request: Request, **_options: Any) -> None:
        """Find out for which tenant the request is; it knows no other parameter."""
        self._scope(request, (PARAMETER,))

    def of_tenant_and_page(self, request: Request, **_options: Any) -> None:
        """Find out for which tenant the request is, and which page of what is asked for."""
        self._scope(request, (PARAMETER, *PARAMETERS, *self.list_filters))
        try:
            self.page_request = page_request(self.query, request.settings.page_limit, self.list_filters)
        except Invalid as invalid:
            add_faults(request, invalid.faults)

    def existing(self, request: Request, **_options: Any) -> None:
        """Raise NotFound before the body is looked at: what is not there is 404 whatever the body."""
        with request.database.immediate() as connection:
            definitions.find(connection, self.kind, self.tenant_id, request.matchdict["id"])

    def precondition(self, request: Request, **_options: Any) -> None:
        """Check what ``If-Match`` looks like; what is not there is 404 whatever the header."""
        if not well_formed(request.headers.get("If-Match", "*")):
            self.existing(request)
            request.errors.add("header", "If-Match", 'Must be * or entity tags in double quotes, as in "1", "2"')

    def fields(self, request: Request, schema: ClosedMapping, **_options: Any) -> None:
        """Check the body as a whole definition, into ``request.validated``."""
        self._read(request, json_body.JSON_TYPES)
        faults, fields = schema.faults_and_fields(self.body, request.settings)
        add_faults(request, (Fault("body", fault.name, fault.description) for fault in faults))
        request.validated.update(fields)

    def patch_body(self, request: Request, **_options: Any) -> None:
        """Read the body, which is only a part of a definition."""
        self._read(request, json_body.PATCH_TYPES)
        if not isinstance(self.body, dict):
            request.errors.add("body", "", "Must be an object")

    def create(self) -> Response:
        """Store and announce the definition of the body."""
        with self._telling_who_has_the_name():
            stored = definitions.create(
                self.request.transaction, self.kind, self.tenant_id, self.request.validated, self._request_id
            )
        return self._one(stored, self.created_status, [("Location", self._url(stored))])

    def list(self) -> Response:
        """Show one page of the tenant's definitions."""
        with self.request.database.immediate() as connection:
            page = self._read_page(connection)
            count = self._count(connection) if self.page_request.with_count else None
        return self._page(page, count)

    def read(self) -> Response:
        """Show one definition, unless the client has it already."""
        with self.request.database.immediate() as connection:
            stored = definitions.find(connection, self.kind, self.tenant_id, self.request.matchdict["id"])
        known = self.request.environ.get("HTTP_IF_NONE_MATCH", "")
        if known and names(known, str(stored.revision), weak=True):
            return unchanged(self.request, stored.revision)
        return self._one(stored)

    def replace(self) -> Response:
        """Replace all that a client may set."""
        return self._change(lambda _old: self.request.validated)

    def merge(self, schema: ClosedMapping) -> Response:
        """Merge the body into what is there, and check the whole."""
        return self._change(lambda old: self._checked(_merged(old, self.body), schema))

    def remove(self) -> Response:
        """Remove one definition."""
        definitions.delete(
            self.request.transaction,
            self.kind,
            self.tenant_id,
            self.request.matchdict["id"],
            self._may_change,
            self._request_id,
        )
        return empty(self.request)

    def _scope(self, request: Request, known: tuple[str, ...]) -> None:
        self.query, faults = parameters(request, known)
        self.tenant_id = tenant_of(request, self.query, faults)
        add_faults(request, faults)
        try:
            acceptable(request)
        except HTTPNotAcceptable:
            if "id" in request.matchdict:
                self.existing(request)
            raise

    def _read(self, request: Request, types: tuple[str, ...]) -> None:
        try:
            self.body = json_body.read_value(request, request.settings.max_body_bytes, types)
        except Invalid as invalid:
            add_faults(request, invalid.faults)
            refuse(request)

    def _checked(self, body: Any, schema: ClosedMapping) -> Fields:
        faults, fields = schema.faults_and_fields(body, self.request.settings)
        if faults:
            raise Invalid([Fault("body", fault.name, fault.description) for fault in faults])
        return fields

    def _change(self, new_fields: Callable[[Fields], Fields]) -> Response:
        with self._telling_who_has_the_name():
            stored = definitions.change(
                self.request.transaction,
                self.kind,
                self.tenant_id,
                self.request.matchdict["id"],
                new_fields,
                self._may_change,
                self._request_id,
            )
        return self._one(stored)

    @contextmanager
    def _telling_who_has_the_name(self) -> Iterator[None]:
        """Let a client whose first answer was lost see that its definition is there."""
        try:
            yield
        except NameTaken as error:
            # On a connection of its own: the transaction has failed.
            with self.request.database.immediate() as connection:
                error.holder = definitions.holder(connection, self.kind, self.tenant_id, error.name)
            raise

    def _may_change(self, revision: int) -> bool:
        wanted = self.request.headers.get("If-Match", "*")
        if names(wanted, str(revision)):
            return True
        if names(wanted, str(revision), weak=True):
            weak = "If-Match has the current revision as a weak entity tag (W/), which never matches"
            raise EditConflict(weak, self.kind.definitions.kind)
        return False

    @property
    def _request_id(self) -> str:
        return request_id(self.request.environ)

    def _url(self, stored: StoredDefinition) -> str:
        return url(self.request, f"{self.address}/{stored.id}")

    def _one(self, stored: StoredDefinition, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Response:
        text = self.show(stored, f"[{link_json('self', self._url(stored))}]")
        return answer(self.request, text, status, [etag(stored.revision), *headers])

    def _count(self, connection: Connection) -> int:
        return definitions.count(connection, self.kind, self.tenant_id, self.page_request.filters)

    def _read_page(self, connection: Connection) -> Page:
        asked = self.page_request
        try:
            return definitions.page(
                connection,
                self.kind,
                self.tenant_id,
                after=asked.offset,
                value=asked.offset_value,
                limit=asked.limit,
                filters=asked.filters,
                order=asked.order,
            )
        except NotFound as error:
            raise Invalid([Fault("querystring", offset_name(self.query), str(error))]) from None

    def _page(self, page: Page, count: int | None) -> Response:
        collection = url(self.request, self.address)
        links = own = link_json("self", collection)
        if page.more:
            last = page.elements[-1]
            value = definitions.changing_value(last, self.page_request.order)
            links += "," + link_json("next", f"{collection}?{next_query(self.query, last.id, value)}")
        before = own.removesuffix('"}')
        shown = [self.show(each, f'[{before}/{each.id}"}}]') for each in page.elements]
        counted = "" if count is None else f',"count":{count}'
        return answer(self.request, f'{{"links":[{links}],"elements":[{",".join(shown)}]{counted}}}')


def _merged(old: Fields, patch: Fields) -> Fields:
    """Apply a JSON merge patch; a key that is not among *old* stays, null or not, for the check to name it."""
    merged = {**old, **{name: _without_nulls(value) for name, value in patch.items()}}
    return {name: value for name, value in merged.items() if value is not None or name not in old}


def _without_nulls(value: Any) -> Any:
    # A definition has no object directly in its fields, so there is nothing to merge an object with.
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return value
