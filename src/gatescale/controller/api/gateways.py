"""Gateways."""

from gatescale.controller import gateways
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.caller import Right
from gatescale.controller.contract import Gateway, Page, WriteGateway
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession, Transaction


@operation("GET", "/tenants/gateways", "GatewaysController_findAll", Right.READ_GATEWAYS)
async def page(session: TenantSession, query: ListQuery) -> Page:
    """List the tenant's gateways."""
    return as_page(*await gateways.page(session, query), query)


@operation(
    "POST", "/tenants/gateways", "GatewaysController_create", Right.MANAGE_GATEWAYS, status=201
)
async def create(transaction: Transaction, body: WriteGateway) -> Gateway:
    """Make a gateway; its token enrols the software on the gateway's host."""
    return await gateways.create(transaction, body)


@operation("GET", "/tenants/gateways/{id}", "GatewaysController_find", Right.READ_GATEWAYS)
async def find(session: TenantSession, id: str) -> Gateway:
    """Return a gateway."""
    return await gateways.find(session, id)


@operation("PUT", "/tenants/gateways/{id}", "GatewaysController_update", Right.MANAGE_GATEWAYS)
async def update(transaction: Transaction, id: str, body: WriteGateway) -> Gateway:
    """Change a gateway."""
    return await gateways.update(transaction, id, body)


@operation(
    "DELETE",
    "/tenants/gateways/{id}",
    "GatewaysController_delete",
    Right.MANAGE_GATEWAYS,
    status=204,
)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a gateway."""
    await gateways.delete(transaction, id)


@operation(
    "POST",
    "/tenants/gateways/{id}/rotate-token",
    "GatewaysController_rotateToken",
    Right.MANAGE_GATEWAYS,
    status=201,
)
async def rotate_token(transaction: Transaction, id: str) -> Gateway:
    """Replace a gateway's token; its software may then enrol anew."""
    return await gateways.rotate_token(transaction, id)
