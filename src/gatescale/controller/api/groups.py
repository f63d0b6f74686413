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
async def page(
    session: TenantSession,
    query: ListQuery,
    *,
    withoutUsers: bool = False,  # noqa: N803  the contract's name
) -> Page[Group]:
    """List the tenant's groups; with ``withoutUsers``, not who is in them but how many are."""
    return as_page(*await groups.page(session, query, with_users=not withoutUsers), query)


@operation("GET", "/tenants/groups/{id}", "GroupsController_find", for_etag=("withoutUsers",))
async def find(
    session: TenantSession,
    id: str,
    *,
    withoutUsers: bool = False,  # noqa: N803  the contract's name
) -> Group:
    """Return a group; with ``withoutUsers``, not who is in it but how many are."""
    return await groups.find(session, id, with_users=not withoutUsers)


@operation("PUT", "/tenants/groups/{id}", "GroupsController_update")
async def update(
    transaction: Transaction,
    id: str,
    body: WriteGroup,
    *,
    withoutUsers: bool = False,  # noqa: N803  the contract's name
) -> Group:
    """Change a group; its members stay, and with ``withoutUsers`` are not answered."""
    return await groups.update(transaction, id, body, with_users=not withoutUsers)


@operation("DELETE", "/tenants/groups/{id}", "GroupsController_delete", status=204)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a group and what it granted; nobody is left without a group."""
    await groups.delete(transaction, id)
