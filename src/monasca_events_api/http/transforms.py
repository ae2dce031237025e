"""``/v2.0/transforms`` (contract 1.3)."""

from types import MappingProxyType

from cornice.resource import resource, view
from pyramid.response import Response

from monasca_events_api.compact_json import compact_json
from monasca_events_api.domain.kinds import Kind
from monasca_events_api.http.definitions import DefinitionResource
from monasca_events_api.http.permissions import FULL_ACCESS
from monasca_events_api.http.query import text, truth
from monasca_events_api.http.schemas.transform import TransformBody
from monasca_events_api.http.service import SERVICE, with_options
from monasca_events_api.storage.definitions import ListedDefinition, StoredDefinition

PATH = "/v2.0/transforms"
BODY = TransformBody()


@with_options
@resource(name="transforms", collection_path=PATH, path=PATH + "/{id}", permission=FULL_ACCESS, **SERVICE)
class Transforms(DefinitionResource):
    """A tenant's transforms."""

    address = PATH
    created_status = 200
    list_filters = MappingProxyType({"name": text, "enabled": truth})

    @property
    def kind(self) -> Kind:
        """Transforms."""
        kind: Kind = self.request.kinds.transform
        return kind

    def show(self, stored: StoredDefinition | ListedDefinition, links: str) -> str:
        """Return *stored* with its tenant, and its times as seconds since the epoch."""
        return (
            f'{{"id":"{stored.id}","tenant_id":{compact_json(self.tenant_id)},'
            f'{stored.document[1:-1]},"created_at":{stored.created_at},"updated_at":{stored.updated_at},'
            f'"deleted_at":null,"links":{links}}}'
        )

    @view(schema=BODY, validators=("of_tenant", "fields"))
    def collection_post(self) -> Response:
        """Create a transform."""
        return self.create()

    @view(validators=("of_tenant_and_page",))
    def collection_get(self) -> Response:
        """List transforms."""
        return self.list()

    @view(validators=("of_tenant",))
    def get(self) -> Response:
        """Show one transform."""
        return self.read()

    @view(schema=BODY, validators=("of_tenant", "existing", "precondition", "fields"))
    def put(self) -> Response:
        """Replace a transform."""
        return self.replace()

    @view(schema=BODY, validators=("of_tenant", "existing", "precondition", "patch_body"))
    def patch(self) -> Response:
        """Change some fields of a transform."""
        return self.merge(BODY)

    @view(validators=("of_tenant", "precondition"))
    def delete(self) -> Response:
        """Delete a transform."""
        return self.remove()
