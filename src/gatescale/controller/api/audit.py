"""The audit log."""

from gatescale.contract.audit import AuditEvent
from gatescale.contract.fields import Page
from gatescale.controller import audit
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession


@operation("GET", "/tenants/audit-events", "AuditController_findAll", listing=audit.LISTING)
async def page(session: TenantSession, query: ListQuery) -> Page[AuditEvent]:
    """List what was done, by whom, from where, and to what: the latest first."""
    return as_page(*await audit.page(session, query), query)
