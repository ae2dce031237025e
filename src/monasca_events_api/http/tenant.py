"""For which tenant a request is (contract 1.1): the token's project, or for a delegate another one."""

from collections.abc import Mapping, Sequence

from pyramid.httpexceptions import HTTPForbidden
from pyramid.request import Request

from monasca_events_api.errors import Fault, Invalid
from monasca_events_api.http.permissions import ACT_FOR_ANOTHER_TENANT

PARAMETER = "tenant_id"
LONGEST = 64


class NoDelegate(HTTPForbidden):
    """Who asks may act for no other tenant."""


def tenant_of(request: Request, parameters: Mapping[str, str], faults: Sequence[Fault]) -> str:
    """Return the tenant that the request is for.

    Raises NoDelegate when it names one without the right to; Invalid when that can be no tenant's id, with the
    *faults* of the other *parameters*.
    """
    named = parameters.get(PARAMETER)
    if named is None:
        tenant: str = request.identity.tenant_id
        return tenant
    if not request.has_permission(ACT_FOR_ANOTHER_TENANT):
        raise NoDelegate
    if not 1 <= len(named) <= LONGEST:
        faults = [*faults, Fault("querystring", PARAMETER, f"Must have 1 to {LONGEST} characters")]
    if any(fault.name == PARAMETER for fault in faults):
        raise Invalid(faults)
    return named
