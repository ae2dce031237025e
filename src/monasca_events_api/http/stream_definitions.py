"""``/v2.0/stream-definitions`` (contract 1.2)."""

import time
from functools import lru_cache
from types import MappingProxyType

from cornice.resource import resource, view
from pyramid.response import Response

from monasca_events_api.domain.kinds import Kind
from monasca_events_api.http.definitions import DefinitionResource
from monasca_events_api.http.permissions import FULL_ACCESS
from monasca_events_api.http.query import text
from monasca_events_api.http.schemas.stream_definition import StreamDefinitionBody
from monasca_events_api.http.service import SERVICE, with_options
from monasca_events_api.storage.definitions import ListedDefinition, StoredDefinition

PATH = "/v2.0/stream-definitions"
BODY = StreamDefinitionBody()


@with_options
@resource(name="stream_definitions", collection_path=PATH, path=PATH + "/{id}", permission=FULL_ACCESS, **SERVICE)
class StreamDefinitions(DefinitionResource):
    """A tenant's stream definitions."""

    address = PATH
    created_status = 201
    list_filters = MappingProxyType({"name": text})

    @property
    def kind(self) -> Kind:
        """Stream definitions."""
        kind: Kind = self.request.kinds.stream_definition
        return kind

    def show(self, stored: StoredDefinition | ListedDefinition, links: str) -> str:
        """Return *stored* with its times as text; its tenant is not shown."""
        return (
            f'{{"id":"{stored.id}",{stored.document[1:-1]},"created_at":"{_time(stored.created_at)}",'
            f'"updated_at":"{_time(stored.updated_at)}","links":{links}}}'
        )

    @view(schema=BODY, validators=("of_tenant", "fields"))
    def collection_post(self) -> Response:
        """Create a stream definition."""
        return self.create()

    @view(validators=("of_tenant_and_page",))
    def collection_get(self) -> Response:
        """List stream definitions."""
        return self.list()

    @view(validators=("of_tenant",))
    def get(self) -> Response:
        """Show one stream definition."""
        return self.read()

    @view(schema=BODY, validators=("of_tenant", "existing", "precondition", "fields"))
    def put(self) -> Response:
        """Replace a stream definition."""
        return self.replace()

    @view(schema=BODY, validators=("of_tenant", "existing", "precondition", "patch_body"))
    def patch(self) -> Response:
        """Change some fields of a stream definition."""
        return self.merge(BODY)

    @view(validators=("of_tenant", "precondition"))
    def delete(self) -> Response:
        """Delete a stream definition."""
        return self.remove()


@lru_cache(maxsize=1024)
def _time(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
