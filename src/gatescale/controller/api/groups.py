"""Groups."""

from gatescale.contract.fields import Page
from gatescale.contract.groups import Group, WriteGroup
from gatescale.controller import groups
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession, Transaction


@operation("POST", "/tenants/groups", "GroupsController_create", status=201)
async def create(transaction: Transaction, body: WriteGroup) -> Group:
    """Make a group."""
    return await groups.create(transaction, body)


@operation("GET", "/tenants/groups", "GroupsController_findAll", listing=groups.LISTING)
async def page(session: TenantSession, query: ListQuery) -> Page[Group]:
    """List the tenant's groups."""
    return as_page(*await groups.page(session, query), query)


@operation("GET", "/tenants/groups/{id}", "GroupsController_find")
async def find(session: TenantSession, id: str) -> Group:
    """Return a group."""
    return await groups.find(session, id)


@operation("PUT", "/tenants/groups/{id}", "GroupsController_update")
async def update(transaction: Transaction, id: str, body: WriteGroup) -> Group:
    """Change a group; its members stay."""
    return await groups.update(transaction, id, body)


@operation("DELETE", "/tenants/groups/{id}", "GroupsController_delete", status=204)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a group and what it granted; nobody is left without a group."""
    await groups.delete(transaction, id)
