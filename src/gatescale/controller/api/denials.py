"""What gateways denied."""

from gatescale.contract.denials import Denial
from gatescale.contract.fields import Page
from gatescale.controller import denials
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession


@operation("GET", "/tenants/denials", "DenialsController_findAll", listing=denials.LISTING)
async def page(session: TenantSession, query: ListQuery) -> Page[Denial]:
    """List what gateways denied in the last 30 days and why, the latest first.

    A gateway tells within seconds of what a device sends into its tunnel and no policy permits.
    """
    return as_page(*await denials.page(session, query), query)
