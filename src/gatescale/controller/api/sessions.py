"""When devices and gateways were connected."""

from gatescale.contract.fields import Page
from gatescale.contract.sessions import AgentSession
from gatescale.controller import sessions
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession


@operation("GET", "/tenants/sessions", "SessionsController_findAll", listing=sessions.LISTING)
async def page(session: TenantSession, query: ListQuery) -> Page[AgentSession]:
    """List when devices and gateways were online in the last 90 days, the latest first."""
    return as_page(*await sessions.page(session, query), query)
