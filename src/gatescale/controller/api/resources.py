"""Resources."""

from gatescale.controller import resources
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.caller import Right
from gatescale.controller.contract import (
    AddGateway,
    CreateResource,
    LoadBalancingChoice,
    Page,
    Resource,
    UpdateResource,
)
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession, Transaction


@operation(
    "POST", "/tenants/resources", "ResourceController_create", Right.MANAGE_ACCESS, status=201
)
async def create(transaction: Transaction, body: CreateResource) -> Resource:
    """Make a resource."""
    return await resources.create(transaction, body)


@operation("GET", "/tenants/resources", "ResourceController_findAll", Right.READ_ACCESS)
async def page(session: TenantSession, query: ListQuery) -> Page:
    """List the tenant's resources."""
    return as_page(*await resources.page(session, query), query)


@operation("GET", "/tenants/resources/{id}", "ResourceController_find", Right.READ_ACCESS)
async def find(session: TenantSession, id: str) -> Resource:
    """Return a resource."""
    return await resources.find(session, id)


@operation("PUT", "/tenants/resources/{id}", "ResourceController_update", Right.MANAGE_ACCESS)
async def update(transaction: Transaction, id: str, body: UpdateResource) -> Resource:
    """Change a resource; an address with its id keeps its identity."""
    return await resources.update(transaction, id, body)


@operation(
    "DELETE",
    "/tenants/resources/{id}",
    "ResourceController_delete",
    Right.MANAGE_ACCESS,
    status=204,
)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a resource; nobody reaches it any more, at once."""
    await resources.delete(transaction, id)


@operation(
    "PUT",
    "/tenants/resources/{id}/load-balancing",
    "ResourceController_saveLoadBalancing",
    Right.MANAGE_ACCESS,
)
async def balance(transaction: Transaction, id: str, body: LoadBalancingChoice) -> Resource:
    """Choose how a resource's gateways share the work, and in which order."""
    return await resources.balance(transaction, id, body)


@operation(
    "POST",
    "/tenants/resources/{id}/gateways",
    "ResourceController_addGateway",
    Right.MANAGE_ACCESS,
    status=201,
)
async def add_gateway(transaction: Transaction, id: str, body: AddGateway) -> Resource:
    """Connect a resource to a gateway, the last in priority."""
    return await resources.add_gateway(transaction, id, body.gateway_id)


@operation(
    "DELETE",
    "/tenants/resources/{id}/gateways/{gatewayId}",
    "ResourceController_removeGateway",
    Right.MANAGE_ACCESS,
    status=204,
)
async def remove_gateway(transaction: Transaction, id: str, gatewayId: str) -> None:  # noqa: N803  the contract's name
    """Disconnect a resource from a gateway."""
    await resources.remove_gateway(transaction, id, gatewayId)
